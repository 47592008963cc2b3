import { expect } from 'chai';
import type { RequestListener } from 'node:http';
import { firstValueFrom } from 'rxjs';
import type { TenantAttempt } from '../../src/pipeline/schedule.ts';
import { askTenant } from '../../src/sources/ask-tenant.ts';
import type { RequestReport } from '../../src/sources/observer.ts';
import { DEFAULT_ANSWER_RULES } from '../../src/sources/tenant-answer.ts';
import { answering, withServer } from './http-client-stage.ts';

const RULES = DEFAULT_ANSWER_RULES;
const PATH = '/licenses/{tenantId}';

describe('askTenant', () => {
  for (const [shape, body] of [
    ['the record under tenant', { tenant: { id: 'a', period_end: '2030-01-01T00:00:00Z' } }],
    ['the bare record', { id: 'a', period_end: '2030-01-01T00:00:00Z' }],
    [
      'a bare record with a tenant of its own',
      { id: 'a', tenant: 'x', period_end: '2030-01-01T00:00:00Z' },
    ],
  ] as const) {
    it(`reads ${shape}`, async () => {
      const { result, failed } = await attempt(answering(200, JSON.stringify(body)));
      expect(failed).to.equal(false);
      expect(result.kind === 'license' && result.license).to.include({
        tenant: 'a',
        end: Date.UTC(2030, 0, 1),
      });
    });
  }

  it('reads an answer after a byte order mark', async () => {
    const { result } = await attempt(answering(200, '\ufeff{"id":"a"}'));
    expect(result.kind).to.equal('license');
  });

  it('encodes the id', async () => {
    await withServer(answering(404, 'Tenant not found'), async (server, client) => {
      await firstValueFrom(askTenant(client, '/t?id={tenantId}', "a/b c&$'\u00e9", RULES, {}));
      expect(server.requests[0]!.url).to.equal("/t?id=a%2Fb%20c%26%24'%C3%A9");
    });
  });

  it('calls an id unreadable that no URL can hold', async () => {
    const { result, failed } = await attempt(answering(200, '{}'), '\ud800');
    expect({ kind: result.kind, failed }).to.deep.equal({ kind: 'unreadable', failed: false });
  });

  for (const [what, body, problem] of [
    [
      'that can not be understood',
      '{"tenant":{"id":"a","status":"odd"}}',
      /^record status is "odd"/,
    ],
    ['without an id', '{"message":"pong"}', /^record id is undefined/],
    ['about somebody else', '{"tenant":{"id":"b"}}', /^asked about "a", it answers about "b"$/],
    ['about somebody whose id is spelled otherwise', '{"tenant":{"id":"A"}}', /answers about "A"$/],
    ['that is an error', '{"id":"a","error":"expired"}', /^record error is "expired"/],
    [
      'beside an error',
      '{"tenant":{"id":"a"},"error":"expired"}',
      /^answer's error is "expired", so that this is no license$/,
    ],
    [
      'that ends in year 1',
      '{"id":"a","period_end":"0001-01-01T00:00:00Z"}',
      /stands for "no date"/,
    ],
    ['that ends by another name', '{"id":"a","expires_at":"2020-01-01"}', /^record expires_at is/],
    ['that is none', '[]', /^record is \[\]/],
    ['that is null', 'null', /^record is null/],
  ] as const) {
    it(`calls a record ${what} unreadable`, async () => {
      const { result, failed } = await attempt(answering(200, body));
      expect(failed).to.equal(false);
      expect(result.kind).to.equal('unreadable');
      expect(result.kind === 'unreadable' && result.problem).to.match(problem);
    });
  }

  for (const [what, proven, answer] of [
    ['in words', true, answering(404, 'Tenant not found\n', { 'content-type': 'text/plain' })],
    [
      'in JSON',
      false,
      answering(404, '{"error":"unknown"}', { 'content-type': 'application/json' }),
    ],
    ['in no words', false, answering(404, '')],
    ['of a router', false, answering(404, '{"message":"Route GET:/licenses/a not found"}')],
    [
      'through Envoy',
      false,
      answering(404, '', { server: 'envoy', 'x-envoy-upstream-service-time': '2' }),
    ],
  ] as const) {
    it(`takes a 404 ${what} for an absence that is ${proven ? '' : 'not '}proven`, async () => {
      const { result, failed } = await attempt(answer);
      expect({ result, failed }).to.deep.equal({
        result: { kind: 'absent', proven },
        failed: false,
      });
    });
  }

  for (const [who, answer] of [
    ['nginx', answering(404, '<html>404 Not Found</html>', { 'content-type': 'text/html' })],
    ['a portal', answering(404, 'x', { 'content-type': 'Application/XHTML+xml; charset=utf-8' })],
    ['Traefik', answering(404, '404 page not found\n', { 'content-type': 'text/plain' })],
    ['an ingress', answering(404, 'default backend - 404', { 'content-type': 'text/plain' })],
    ['Kong', answering(404, '{"message":"no Route matched with those values"}')],
    ['Envoy', answering(404, '', { server: 'envoy' })],
    ['Istio', answering(404, '', { server: 'istio-envoy' })],
    ['another path', redirecting('/elsewhere', 404)],
  ] as const) {
    it(`takes a 404 from ${who} for a failure`, async () => {
      const { result, failed } = await attempt(answer);
      expect(failed).to.equal(true);
      expect(result.kind === 'failed' && result.reason).to.match(/^HTTP 404 .* check|set .*path/);
    });
  }

  for (const [what, answer, reason] of [
    ['500', answering(500, '{"tenant":{"id":"a"}}'), /^HTTP 500 Internal Server Error$/],
    ['503', answering(503, 'x'), /^HTTP 503 Service Unavailable$/],
    ['401', answering(401, 'x'), /^HTTP 401 Unauthorized$/],
    ['403', answering(403, 'x'), /^HTTP 403 Forbidden$/],
    ['407', answering(407, 'x'), /^HTTP 407 Proxy Authentication Required$/],
    ['408', answering(408, 'x'), /^HTTP 408 Request Timeout$/],
    ['429', answering(429, 'x'), /^HTTP 429 Too Many Requests$/],
    ['204', answering(204, ''), /^HTTP 204 No Content$/],
    ['304', answering(304, ''), /^HTTP 304 Not Modified$/],
    ['599', answering(599, 'x'), /^HTTP 599$/],
    ['a page', answering(200, '<html>Welcome'), /^answer can't be read: .*<html>/],
    ['nothing', answering(200, ''), /^answer can't be read: Unexpected end of JSON input$/],
    ['half an answer', answering(200, '{"tenant":{"id":"a"'), /^answer can't be read/],
    ['another alphabet', answering(200, Buffer.from('{"id":"\xe9"}', 'latin1')), /can't be read/],
    ['more than 1 MiB', answering(200, ' '.repeat(1_048_577)), /^answer larger than 1 MiB$/],
    ['a page elsewhere', redirecting('/login', 200), /^answer can't be read/],
  ] as const) {
    it(`takes ${what} for a failure`, async () => {
      const { result, failed } = await attempt(answer);
      expect(failed).to.equal(true);
      expect(result.kind === 'failed' && result.reason).to.match(reason);
    });
  }

  for (const status of [400, 402, 405, 406, 409, 410, 414, 422, 451, 499]) {
    it(`takes ${status} for a question that is not answered, and so for this tenant's trouble`, async () => {
      const { result, failed, throttled } = await attempt(answering(status, 'x'));
      expect({ failed, throttled }).to.deep.equal({ failed: false, throttled: false });
      expect(result.kind === 'failed' && result.reason).to.match(RegExp(`^HTTP ${status}`));
    });
  }

  for (const [status, isThrottled] of [
    [429, true],
    [503, false],
  ] as const) {
    it(`tells how long the service asked to be left in peace by ${status}, and whether by everybody`, async () => {
      const made = await attempt(answering(status, 'x', { 'retry-after': '120' }));
      expect(made.retryAfter).to.equal(120_000);
      expect(made.throttled).to.equal(isThrottled);
    });
  }

  for (const [what, headers, clock] of [
    ['the time', { date: 'Sun, 06 Nov 1994 08:49:37 GMT' }, Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['no time', { date: '' }, undefined],
    ['nonsense', { date: 'yesterday' }, undefined],
    ['a number', { date: '-5' }, undefined],
    ['the time of a cache', { date: 'Sun, 06 Nov 1994 08:49:37 GMT', age: '7' }, undefined],
  ] as const) {
    it(`tells the clock of a service that answers with ${what}`, async () => {
      for (const answer of [
        answering(200, '{"id":"a"}', headers),
        answering(404, 'Tenant not found', headers),
      ]) {
        expect((await attempt(answer)).clock).to.equal(clock);
      }
    });
  }

  it('reports every request', async () => {
    const reports: RequestReport[] = [];
    const observer = { requested: (report: RequestReport): number => reports.push(report) };
    const answer: RequestListener = ({ url }, response) => {
      if (url === '/licenses/x') response.writeHead(404).end('Tenant not found');
      else if (url === '/licenses/y') response.destroy();
      else response.end('{"id":"a"}');
    };
    await withServer(answer, async (_, client) => {
      for (const tenant of ['a', 'b', 'x', 'y']) {
        await firstValueFrom(askTenant(client, PATH, tenant, RULES, observer));
      }
    });
    expect(reports.map(({ result, status, bytes }) => [result, status, bytes])).to.deep.equal([
      ['license', 200, 10],
      ['unreadable', 200, 10],
      ['absent', 404, 16],
      ['failed', undefined, 0],
    ]);
    for (const { duration } of reports) expect(duration).to.be.greaterThan(0);
  });
});

async function attempt(answer: RequestListener, tenant = 'a'): Promise<TenantAttempt> {
  let made: TenantAttempt | undefined;
  await withServer(answer, { maxBytes: 1_048_576 }, async (_, client) => {
    made = await firstValueFrom(askTenant(client, PATH, tenant, RULES, {}));
  });
  return made!;
}

function redirecting(location: string, status: number): RequestListener {
  return ({ url }, response) => {
    if (url === location) response.writeHead(status).end('here');
    else response.writeHead(302, { location }).end();
  };
}
