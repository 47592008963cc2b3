/** What comes between an honest license service and license-scaler: each turns an honest answer into another. */
import {
  cutOff,
  headLength,
  inPieces,
  json,
  text,
  toReply,
  withoutLastChunk,
  type Message,
} from './http-message.ts';
import { NOT_FOUND, SLIPS, type Slip } from './impostures.ts';
import type { Random } from './random.ts';
import type { LicenseRecord } from './truth.ts';
import type { Host, Reply, WireRequest } from './server-end.ts';

/** The honest answer, and what a fault may go by. */
interface Exchange {
  readonly request: WireRequest;
  readonly honest: Message;
  /** The right time. */
  readonly now: number;
  /** Every record there is at the moment that can be read. */
  readonly records: readonly LicenseRecord[];
  /** All that an honest list holds. */
  readonly elements: readonly LicenseRecord[];
  readonly random: Random;
  /** Whether the answer would be the same as the one that the request's `If-None-Match` names. */
  readonly isUnchanged: boolean;
  /** Called when an answer was sent that is right about who there is not. */
  readonly toldAbsent: () => void;
  /** Called when an answer was sent that is right about these. */
  readonly toldOf: (records: readonly LicenseRecord[]) => void;
  /** Called when an answer was sent that looks like an honest one about a tenant that there is not. */
  readonly toldUnproven: () => void;
}

export interface HttpFault {
  readonly variant: string;
  readonly connects?: ReturnType<Host['connects']>;
  /** Whether connections that are open when it begins are cut off. */
  readonly cuts?: boolean;
  readonly answer: (exchange: Exchange) => Reply;
  /** How long after its end it may still be obeyed, in milliseconds (`Retry-After`). */
  readonly echo?: number;
  /** Whether nobody can tell who was not told anything before. */
  readonly needsMemory?: boolean;
  /** Whether it looks as if tenants were gone, so that it is drawn for longer than it takes to confirm that, too. */
  readonly mayLast?: boolean;
}

type Transform = HttpFault['answer'];

const honestly: Transform = ({ honest }) => toReply(honest);

function faults(variants: Readonly<Record<string, Transform>>): HttpFault[] {
  return Object.entries(variants).map(([variant, answer]) => ({ variant, answer }));
}

function remembering(variants: Readonly<Record<string, Transform>>): HttpFault[] {
  return faults(variants).map((fault) => ({ ...fault, needsMemory: true, mayLast: true }));
}

function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  map: (value: T) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** Answers with this, whatever was asked. */
function always(messages: Readonly<Record<string, Message>>): HttpFault[] {
  return Object.entries(messages).map(([variant, message]) => {
    return { variant, answer: () => toReply(message) };
  });
}

function statuses(...codes: readonly number[]): HttpFault[] {
  return codes.flatMap((code) =>
    always({
      [`${code} JSON`]: json({ error: 'failed', status: code }, code),
      [`${code} empty`]: text('', code),
    }),
  );
}

const PAGE = '<!doctype html><html><head><title>Sign in</title></head><body>Sign in</body></html>';

/** A record of somebody else, where there is one. */
function another({ records, request, random }: Exchange): LicenseRecord {
  const others = records.filter(({ id }) => !request.path.endsWith(id));
  return random.pick(others);
}

/** The record of an honest answer about one tenant; undefined: it is about none, or about all. */
function recordOf({ body, status }: Message): LicenseRecord | undefined {
  if (status !== 200) return undefined;
  return (JSON.parse(body) as { tenant?: LicenseRecord }).tenant;
}

/** Each record as it is, or as somebody's slip makes it. */
function garbling(change: Slip): Transform {
  return ({ honest, records, elements, now, toldAbsent, toldOf }) => {
    const record = recordOf(honest);
    // A tenant that there is not is not garbled.
    if (record === undefined && honest.status === 404) return toReply(honest);
    const all = record === undefined ? elements : [record];
    const garbled = all.map(change);
    const sent = (): void => {
      const ids = all.map(({ id }) => id);
      const over = records.filter((each) => isOverAllTheSame(change(each), now));
      toldOf(over.filter(({ id }) => ids.includes(id)));
      // An element that may be anybody's leaves it open who there is not.
      if (record === undefined && garbled.every(hasId)) toldAbsent();
    };
    const body = record === undefined ? { licenses: garbled } : { tenant: garbled[0] };
    return toReply({ ...json(body), sent });
  };
}

/** Whether nothing but a status is wrong with a record, and its period is over: no status makes it valid. */
function isOverAllTheSame(garbled: object, now: number): boolean {
  const { period_start, period_end } = garbled as Partial<LicenseRecord>;
  const isWord =
    'status' in garbled && garbled.status === 'gibberish' && period_start !== undefined;
  return isWord && Date.parse(period_end ?? '') <= now;
}

function hasId(garbled: object): boolean {
  return 'id' in garbled && typeof garbled.id === 'string' && /^[\w-]+$/.test(garbled.id);
}

/** The first part of the list, with this beside it. */
function paged(
  sign: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Transform {
  return ({ records, random }) => {
    const part = records.slice(0, random.between(1, records.length - 1));
    return toReply(json({ licenses: part, ...sign }, 200, headers));
  };
}

/** The faults of HTTP by kind; those that only a list, or only an answer about one tenant, can have are told so. */
export function httpFaults(isList: boolean): Readonly<Record<string, readonly HttpFault[]>> {
  return { ...COMMON, ...(isList ? OF_LISTS : OF_TENANTS) };
}

const COMMON: Readonly<Record<string, readonly HttpFault[]>> = {
  refused: [{ variant: 'refused', connects: 'refused', cuts: true, answer: honestly }],
  reset: [
    ...faults({
      'before the answer': ({ honest }) => cutOff(honest, 0, 'reset'),
      'in the head': ({ honest }) => cutOff(honest, 20, 'reset'),
      'in the body': ({ honest }) => cutOff(honest, headLength(honest) + 1, 'reset'),
      'after the answer': ({ honest }) => toReply(honest, 'reset'),
    }),
    { variant: 'what is open at once', cuts: true, answer: honestly },
  ],
  hang: [
    { variant: 'no connection', connects: 'hang', cuts: true, answer: honestly },
    ...faults({
      'no answer': ({ honest }) => cutOff(honest, 0, 'hang'),
      'no body': ({ honest }) => cutOff(honest, headLength(honest), 'hang'),
      'half a body': ({ honest }) =>
        cutOff(honest, headLength(honest) + honest.body.length / 2, 'hang'),
    }),
  ],
  'slow body': faults({
    'too slow': ({ honest }) => inPieces({ ...honest, sent: undefined }, 8, 1_000),
    'just in time': ({ honest }) => inPieces(honest, 4, 500),
  }),
  '4xx': statuses(400, 401, 402, 403, 405, 406, 407, 408, 409, 410, 418, 421, 422, 423, 426, 451),
  '5xx': statuses(500, 501, 502, 503, 504, 507, 508, 520, 521, 530),
  '429': [
    ...statuses(429),
    ...always({
      'for 10 s': json({ error: 'slow down' }, 429, { 'retry-after': '10' }),
      'until a date that is none': json({}, 429, { 'retry-after': 'tomorrow' }),
    }).map((fault) => ({ ...fault, echo: 10_000 })),
  ],
  HTML: always({
    'a page': text(PAGE, 200, 'text/html'),
    'a page that says that it is JSON': text(PAGE, 200, 'application/json'),
  }),
  truncated: faults({
    'shorter than declared': ({ honest, random }) =>
      cutOff(honest, headLength(honest) + random.between(0, honest.body.length - 1), 'end'),
    'without the last chunk': ({ honest }) => withoutLastChunk(honest),
    'in the text': ({ honest, random }) => {
      const body = honest.body.slice(0, random.between(1, honest.body.length - 1));
      return toReply({ status: 200, headers: honest.headers, body });
    },
  }),
  empty: always({
    'no bytes': text('', 200, 'application/json'),
    'no content': { status: 204, headers: {}, body: '' },
    'an empty object': json({}),
    'an empty list': json([]),
    null: json(null),
    'an empty list of tenants': json({ tenants: [] }),
    'an empty list of licenses': json({ licenses: [] }),
    'no tenant': json({ tenant: null }),
    'an empty list of another name': json({ data: [], total: 0 }),
    'white space': text('\n \n', 200, 'application/json'),
    false: json(false),
  }),
  redirect: always({
    'to another host': text('', 302, 'text/plain', { location: 'http://login.test/?to=x' }),
    'to another scheme': text('', 301, 'text/plain', { location: 'https://licenses.test/' }),
    'to nowhere': text('', 307),
    'to what is no URL': text('', 308, 'text/plain', { location: 'http://' }),
    'in a circle': text('', 302, 'text/plain', { location: '/licenses' }),
    'with a page': text(PAGE, 303, 'text/html', { location: '/login' }),
  }).concat(
    faults({
      'to a page': ({ request }) => toReply(redirected(request, text(PAGE, 200, 'text/html'))),
      'to a 404': ({ request }) => toReply(redirected(request, text('Tenant not found', 404))),
    }),
  ),
  "proxy's 404": faults(
    mapValues(
      NOT_FOUND,
      (message): Transform =>
        ({ toldUnproven }) =>
          toReply({ ...message, sent: toldUnproven }),
    ),
  ).map((fault) => ({ ...fault, mayLast: true })),
  'stale ETag': faults({
    'never modified': ({ isUnchanged, honest }) => {
      const sent = isUnchanged ? honest.sent : undefined;
      return toReply({ status: 304, headers: { etag: '"1"' }, body: '', sent });
    },
  }),
  'garbled record': [
    ...faults(mapValues(SLIPS, garbling)),
    // Of a list, it has other tenants than ours then.
    ...remembering({
      'id in capitals': garbling((record) => ({ ...record, id: record.id.toUpperCase() })),
    }),
  ],
};

/** Redirected once to `/login`, and there this. */
function redirected({ path }: WireRequest, there: Message): Message {
  return path === '/login' ? there : text('', 302, 'text/plain', { location: '/login' });
}

const OF_TENANTS: Readonly<Record<string, readonly HttpFault[]>> = {
  "wrong tenant's record": faults({
    "another's": (exchange) => toReply(json({ tenant: another(exchange) })),
    "another's, bare": (exchange) => toReply(json(another(exchange))),
    'a list of all': ({ records }) => toReply(json({ licenses: records })),
  }),
};

const OF_LISTS: Readonly<Record<string, readonly HttpFault[]>> = {
  'one page': [
    ...faults({
      has_more: paged({ has_more: true }),
      hasMore: paged({ hasMore: true }),
      next: paged({ next: 'http://licenses.test/licenses?page=2' }),
      'links.next': paged({ links: { next: '/licenses?page=2' } }),
      'header Link': paged({}, { link: '</licenses?page=2>; rel="next"' }),
      'header X-Total-Count': paged({}, { 'x-total-count': '1000' }),
      'partial, with an error': paged({ error: 'one shard is down', partial: true }),
      'meta.next_page': paged({ meta: { current_page: 1, next_page: 2, total_pages: 2 } }),
      next_offset: paged({ next_offset: '["1","2"]' }),
      next_cursor: paged({ next_cursor: 'abc' }),
      nextPageToken: paged({ nextPageToken: 'abc' }),
      total: paged({ total: 1000 }),
      'total pages': paged({ page: 1, pages: 7 }),
      truncated: paged({ truncated: true }),
      'header Content-Range': paged({}, { 'content-range': 'licenses 0-2/1000' }),
    }),
    {
      variant: '206',
      answer: ({ records }) => toReply(json({ licenses: records.slice(0, 2) }, 206)),
    },
  ],
  "wrong tenant's record": [
    ...faults({
      "one tenant's answer": ({ records, random }) =>
        toReply(json({ tenant: random.pick(records) })),
    }),
    ...remembering({
      "another account's list": ({ records }) =>
        toReply(
          json({ licenses: records.map((record) => ({ ...record, id: `other-${record.id}` })) }),
        ),
      'all under one id': ({ records }) =>
        toReply(json({ licenses: records.map((record) => ({ ...record, id: records[0]?.id })) })),
    }),
  ],
};
