import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { LicenseList } from './license-list.ts';
import type { Records } from './parse-records.ts';

export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Buffer;
}

/** What the service answers from. */
export interface Content {
  /** Undefined: there was never any good data. */
  records(): Promise<Records | undefined>;
  list(records: Records): LicenseList;
}

/**
 * Answers a GET: `/ping`, `/licenses/{tenantId}` with `{"tenant":{...}}`, and `/licenses` with
 * `{"tenants":[...]}`.
 *
 * A tenant is unknown only where there is data and it is not in there: without data the answer is 503,
 * because whoever takes 404 for a fact would stop the tenant's workload.
 */
export async function answer(
  path: string,
  headers: IncomingHttpHeaders,
  content: Content,
): Promise<Answer> {
  if (path === '/ping') return json({ message: 'pong' });
  const [, collection, id, ...rest] = path.split('/');
  // The words by which a client knows a wrong path from an unknown tenant.
  if (collection !== 'licenses' || rest.length > 0) return text(404, '404 page not found');
  const records = await content.records();
  if (records === undefined) return text(503, 'there is no license data');
  if (id === undefined || id === '') return listAnswer(headers, content.list(records));
  const tenant = decode(id);
  if (tenant === undefined) return text(400, 'the tenant id is not encoded as a URL wants it');
  const record = records.get(tenant);
  return record === undefined ? text(404, 'Tenant not found') : json({ tenant: record });
}

/** An answer of one line, for people. */
export function text(status: number, body: string, headers: OutgoingHttpHeaders = {}): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

function json(value: unknown): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  };
}

async function listAnswer(
  headers: IncomingHttpHeaders,
  { body, etag, zipped }: LicenseList,
): Promise<Answer> {
  const own = { 'content-type': 'application/json', etag, vary: 'accept-encoding' };
  if (matches(headers['if-none-match'], etag)) return { status: 304, headers: own, body: '' };
  if (!acceptsGzip(headers['accept-encoding'])) return { status: 200, headers: own, body };
  return {
    status: 200,
    headers: { ...own, 'content-encoding': 'gzip' },
    body: await zipped(),
  };
}

function matches(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false;
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  const tags = condition.split(',').map(opaque);
  return tags.includes('*') || tags.includes(opaque(etag));
}

function acceptsGzip(accepted: string | string[] | undefined): boolean {
  const codings = String(accepted ?? '').split(',');
  return codings.some((coding) => /^\s*(x-)?gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
