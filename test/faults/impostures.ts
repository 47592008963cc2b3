/** What is said in the place of a license service, and by a license service with a slip in its records. */
import { json, text, type Message } from './http-message.ts';
import type { LicenseRecord } from './truth.ts';

/** The 404 of whoever stands in front. There is no end to such a list: these are samples. */
export const NOT_FOUND: Readonly<Record<string, Message>> = {
  apisix: json({ error_msg: '404 Route Not Found' }, 404),
  fastify: json(
    { message: 'Route GET:/licenses/t-a not found', error: 'Not Found', statusCode: 404 },
    404,
  ),
  github: json({ message: 'Not Found' }, 404),
  gce: text('response 404 (backend NotFound), service rules for the path non-existent', 404),
  empty: text('', 404),
  fastapi: json({ detail: 'Not Found' }, 404),
  spring: json({ timestamp: 1, status: 404, error: 'Not Found', path: '/licenses/t-a' }, 404),
  problem: text(
    '{"type":"about:blank","title":"Not Found","status":404}',
    404,
    'application/problem+json',
  ),
  express: text('<pre>Cannot GET /licenses/t-a</pre>', 404, 'text/html; charset=utf-8'),
  nginx: text('<html><body><h1>404 Not Found</h1></body></html>', 404, 'text/html'),
  go: text('404 page not found\n', 404, 'text/plain; charset=utf-8'),
  kubernetes: text('default backend - 404', 404),
  kong: json({ message: 'no Route matched with those values' }, 404),
  envoy: { status: 404, headers: { server: 'envoy' }, body: '' },
  'a word': text('Not found', 404),
  'a word in JSON': json({ error: 'not_found' }, 404),
  'null in JSON': json(null, 404),
  xml: text('<Error><Code>NoSuchKey</Code></Error>', 404, 'application/xml'),
  'no bytes, as JSON': text('', 404, 'application/json'),
};

/** What a slip makes of a record. */
export type Slip = (record: LicenseRecord) => object;

export const SLIPS: Readonly<Record<string, Slip>> = {
  'end in year 1': (record) => ({ ...record, period_end: '0001-01-01T00:00:00Z' }),
  'end in 1970': (record) => ({ ...record, period_end: '1970-01-01T00:00:00Z' }),
  'end 0': (record) => ({ ...record, period_end: 0 }),
  'end empty': (record) => ({ ...record, period_end: '' }),
  'end in words': (record) => ({ ...record, period_end: 'soon' }),
  'end before the start': ({ period_end, period_start, ...record }) => ({
    ...record,
    period_start: period_end,
    period_end: period_start,
  }),
  'status in words': (record) => ({ ...record, status: 'gibberish' }),
  'an error': ({ id }) => ({ id, error: 'license could not be loaded' }),
  'expired, as an error': ({ id }) => ({ id, error: 'license expired' }),
  'end renamed': (record) => ({
    ...record,
    period_end: undefined,
    periodEnd: '2001-01-01T00:00:00Z',
  }),
  'no id': (record) => ({ ...record, id: undefined }),
  'id a number': (record) => ({ ...record, id: 7 }),
  'id with a space that has no width': (record) => ({ ...record, id: `${record.id}\u200b` }),
  nothing: () => ({}),
};
