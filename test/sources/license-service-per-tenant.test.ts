import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import type { TenantId } from '../../src/core/tenant.ts';
import { answering } from './http-client-stage.ts';
import { knowing, on, sayNotFound, tenantIn } from './license-service-stage.ts';

const TENANTS = Array.from({ length: 20 }, (_, index) => `tenant-${index}`);

describe('createLicenseService in mode per-tenant', () => {
  it(
    'asks about nobody before somebody is in demand',
    on('per-tenant', knowing('a'), async ({ server, watch }) => {
      const watcher = watch();
      watcher.ask('a');
      await watcher.until(({ kinds }) => kinds.a !== undefined);
      expect(new Set(server.requests.map(({ url }) => url))).to.deep.equal(
        new Set(['/licenses/a']),
      );
    }),
  );

  it(
    'takes a 404 for a fact about that tenant alone',
    on('per-tenant', knowing('a', 'c'), async ({ watch }) => {
      const watcher = watch('a', 'b', 'c');
      await watcher.until(({ kinds }) => (kinds.b?.length ?? 0) >= 3);
      expect(new Set(watcher.kinds.b)).to.deep.equal(new Set(['absent']));
      expect(new Set(watcher.kinds.a)).to.deep.equal(new Set(['license']));
      expect(watcher.failures).to.deep.equal([]);
    }),
  );

  it(
    'suspends nobody where the whole service is gone from behind its ingress',
    on('per-tenant', knowing('a', 'b', 'c'), async ({ answerWith, watch }) => {
      const watcher = watch('a', 'b', 'c');
      await watcher.until(({ kinds }) => Object.keys(kinds).length === 3);
      answerWith(answering(404, 'default backend - 404', { 'content-type': 'text/plain' }));
      await watcher.until(({ failures }) => failures.length >= 6);
      for (const kinds of Object.values(watcher.kinds)) {
        expect(new Set(kinds)).to.deep.equal(new Set(['license']));
      }
    }),
  );

  it(
    'has at most maxConcurrency requests in flight and asks about nobody twice at a time',
    on('per-tenant', sayNotFound, async ({ server, answerWith, watch }) => {
      const inFlight: TenantId[] = [];
      const twice: TenantId[] = [];
      const held: (() => void)[] = [];
      answerWith((request, response) => {
        const tenant = tenantIn(request);
        if (inFlight.includes(tenant)) twice.push(tenant);
        inFlight.push(tenant);
        held.push(() => {
          inFlight.splice(inFlight.indexOf(tenant), 1);
          sayNotFound(request, response);
        });
      });
      const watcher = watch(...TENANTS);
      for (let count = 0; count < 3 * TENANTS.length; count++) {
        await server.until(() => held.length === 4);
        held.shift()?.();
      }
      expect(server.mostInFlight()).to.equal(4);
      expect(twice).to.deep.equal([]);
      for (const answer of held) answer();
      expect(watcher.failures).to.deep.equal([]);
      expect(watcher.kinds).to.have.all.keys(...TENANTS);
    }),
  );

  it(
    'takes a failure about one tenant for its own trouble, and goes on with the others',
    on('per-tenant', knowing('a', 'c', 'd'), async ({ answerWith, watch }) => {
      const known = knowing('a', 'c', 'd');
      answerWith((request, response) => {
        if (tenantIn(request) === 'b') response.writeHead(500).end();
        else known(request, response);
      });
      const watcher = watch('a', 'b', 'c', 'd');
      await watcher.until(({ kinds, failures }) => failures.length >= 3 && kinds.d !== undefined);
      for (const each of watcher.seen) {
        if (each.kind === 'failure') {
          expect(each).to.include({ tenant: 'b', reason: 'HTTP 500 Internal Server Error' });
        }
      }
      expect(watcher.kinds).to.have.all.keys('a', 'c', 'd');
    }),
  );

  it(
    'has one request in flight while the service is failing, and asks about everybody when it is back',
    on('per-tenant', answering(503, 'x'), async ({ server, answerWith, watch }) => {
      const watcher = watch(...TENANTS);
      await watcher.until(({ failures }) => failures.length >= 10);
      const inFlight: number[] = [];
      answerWith((_, response) => {
        inFlight.push(server.inFlight());
        response.writeHead(503).end();
      });
      await watcher.until(({ failures }) => failures.length >= 20);
      expect(new Set(inFlight)).to.deep.equal(new Set([1]));
      expect(watcher.seen.at(-1)).to.include({ kind: 'failure', tenant: undefined });
      answerWith(knowing(...TENANTS));
      await watcher.until(({ kinds }) => TENANTS.every((each) => kinds[each] !== undefined));
    }),
  );

  it(
    'does not take the memory of a list for an answer about one tenant',
    on('per-tenant', answering(200, ' '.repeat(1_048_577)), async ({ watch }) => {
      const watcher = watch('a');
      await watcher.until(({ failures }) => failures.length >= 1);
      expect(watcher.failures[0]).to.equal('answer larger than 1 MiB');
    }),
  );

  it(
    'forgets a tenant that leaves demand, and asks about it no more',
    on('per-tenant', knowing('a', 'b'), async ({ server, watch }) => {
      const watcher = watch('a', 'b');
      await watcher.until(({ kinds }) => Object.keys(kinds).length === 2);
      watcher.askNoMore('b');
      await watcher.until(({ kinds }) => kinds.b?.includes('silent') === true);
      const asked = server.requests.length;
      await watcher.until(({ kinds }) => (kinds.a?.length ?? 0) >= 5);
      const later = server.requests.slice(asked).map(tenantIn);
      expect(later.filter((tenant) => tenant === 'b').length).to.be.lessThan(2);
      expect(later).to.include('a');
      expect(watcher.kinds.b?.at(-1)).to.equal('silent');
    }),
  );

  it(
    'asks at once about who is to be refreshed, in demand or not',
    on(
      'per-tenant',
      knowing('a', 'b'),
      async ({ server, watch }) => {
        const watcher = watch('a', 'b');
        await watcher.until(({ kinds }) => Object.keys(kinds).length === 2);
        watcher.refresh('b', 'x');
        await watcher.until(({ kinds }) => kinds.x?.length === 2);
        expect(watcher.kinds.b).to.have.length(2);
        expect(watcher.kinds.x).to.deep.equal(['absent', 'silent']);
        expect(server.requests.slice(2).map(tenantIn)).to.have.members(['b', 'x']);
      },
      { interval: 60_000 },
    ),
  );

  it(
    'takes a question that the service refuses for that tenant s trouble, however many there are',
    on('per-tenant', knowing('a', 'b'), async ({ answerWith, watch }) => {
      const known = knowing('a', 'b');
      answerWith((request, response) => {
        if (tenantIn(request).startsWith('bad')) response.writeHead(400).end();
        else known(request, response);
      });
      const bad = Array.from({ length: 60 }, (_, n) => `bad ${n}`);
      const watcher = watch(...bad, 'a', 'b');
      await watcher.until(
        ({ kinds }) => (kinds.a?.length ?? 0) >= 20 && (kinds.b?.length ?? 0) >= 20,
      );
      for (const each of watcher.seen) {
        if (each.kind === 'failure') expect(each.tenant).to.match(/^bad/);
      }
      expect(watcher.failures.length).to.be.at.least(60);
    }),
  );

  it(
    'tells when a request began and the clock of the service',
    on(
      'per-tenant',
      () => undefined,
      async ({ server, answerWith, watch }) => {
        const held: (() => void)[] = [];
        const headers = { date: 'Sun, 06 Nov 1994 08:49:37 GMT' };
        answerWith((_, response) => {
          held.push(() => response.writeHead(200, headers).end('{"id":"a"}'));
        });
        const watcher = watch('a');
        await server.until(() => held.length === 1);
        const heldAt = asyncScheduler.now();
        for (const answer of held) answer();
        await watcher.until(({ seen }) => seen.length === 1);
        expect(watcher.seen[0]!.at).to.be.at.most(heldAt);
        expect(watcher.seen[0]).to.include({ clock: Date.UTC(1994, 10, 6, 8, 49, 37) });
      },
    ),
  );
});
