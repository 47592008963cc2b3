import { expect } from 'chai';
import type { RequestListener } from 'node:http';
import { createLicenseService } from '../../src/sources/license-service.ts';
import { startHttpServer } from '../helpers/http-server.ts';
import { itKeepsTheContract, type CreateStage, type Saying } from './contract.ts';
import { answering } from './http-client-stage.ts';
import { QUICK, createSource, knowing, on, type Mode } from './license-service-stage.ts';
import { Watcher } from './watcher.ts';

describe('createLicenseService', () => {
  it('says who it is, without a password', () => {
    const secret = { ...QUICK, url: 'http://user:secret@licenses:8080/', path: '/licenses' };
    expect(createLicenseService({ ...secret, mode: 'list' }).info).to.deep.equal({
      name: 'license-service',
      label: 'license service http://licenses:8080',
      gives: 'licenses',
      onDemand: false,
      interval: QUICK.interval,
      confirmAbsenceFor: 300_000,
    });
    expect(createLicenseService({ ...secret, mode: 'per-tenant' }).info.onDemand).to.equal(true);
  });

  for (const mode of ['per-tenant', 'list'] as const) {
    describe(`in mode ${mode}`, () => {
      itKeepsTheContract(staging(mode));

      for (const [what, answer, reason] of [
        ['answers 500', answering(500, 'x'), /^HTTP 500 Internal Server Error$/],
        ['refuses the token', answering(401, 'x'), /^HTTP 401 Unauthorized$/],
        ['answers garbage', answering(200, '}{'), /^answer can't be read/],
        ['answers a page', answering(200, '<html>'), /^answer can't be read/],
        ['answers half', answering(200, '[{"id":"a"},{"id":'), /^answer can't be read/],
        [
          'redirects away',
          answering(302, '', { location: 'http://a.example/' }),
          /a\.example, which/,
        ],
        [
          'has moved into nowhere',
          answering(404, '<html>', { 'content-type': 'text/html' }),
          /^HTTP 404/,
        ],
        ['breaks off', (_, response) => void response.destroy(), /closed/],
      ] as readonly (readonly [string, RequestListener, RegExp])[]) {
        it(
          `says that the service failed where it ${what}, and takes nothing back`,
          on(mode, knowing('a', 'b'), async ({ answerWith, watch }) => {
            const watcher = watch('a', 'b');
            await watcher.until(({ readings }) => readings.length >= 2);
            const said = watcher.kinds;
            answerWith(answer);
            await watcher.until(({ failures }) => failures.length >= 4);
            for (const failure of watcher.failures) expect(failure).to.match(reason);
            for (const tenant of ['a', 'b']) {
              expect(new Set(watcher.kinds[tenant])).to.deep.equal(new Set(said[tenant]));
            }
            const count = watcher.seen.length;
            answerWith(knowing('a', 'b'));
            await watcher.until(({ seen }) =>
              seen.slice(count).some((each) => each.kind === 'sighting'),
            );
          }),
        );
      }

      it(
        'does not wait for a service that hangs, and drops what it asked',
        on(
          mode,
          () => undefined,
          async ({ server, watch }) => {
            const watcher = watch('a');
            await watcher.until(({ failures }) => failures.length >= 3);
            expect(new Set(watcher.failures)).to.deep.equal(new Set(['no answer within 0.02 s']));
            expect(server.mostInFlight()).to.equal(1);
          },
          { timeout: 20 },
        ),
      );

      it(
        'leaves no connection when it is left in the middle',
        on(
          mode,
          () => undefined,
          async ({ server, watch }) => {
            const watcher = watch('a', 'b', 'c');
            await server.until(() => server.inFlight() === (mode === 'list' ? 1 : 3));
            watcher.leave();
            await server.until(() => server.connections() === 0);
            expect(watcher.seen).to.deep.equal([]);
          },
        ),
      );

      it('comes back when the service that was never there appears', async () => {
        const place = await startHttpServer(knowing('a'));
        await place.close();
        const source = createSource(place.url, mode);
        const watcher = new Watcher(source, 'a');
        await watcher.until(({ failures }) => failures.length >= 2);
        expect(watcher.failures[0]).to.equal(`connect ECONNREFUSED 127.0.0.1:${place.port}`);
        const server = await startHttpServer(knowing('a'), undefined, place.port);
        await watcher.until(({ kinds }) => kinds.a?.includes('license') === true);
        watcher.leave();
        await server.until(() => server.connections() === 0);
        await server.close();
      });
    });
  }
});

const RECORDS: Readonly<Record<Saying, Readonly<Record<string, unknown>>>> = {
  licensed: {},
  suspended: { status: 'suspended' },
  broken: { period_end: 'tomorrow' },
};

/** The contract's stage: a real server that knows what it is told. */
function staging(mode: Mode): CreateStage {
  return async (interval) => {
    let answer = knowing();
    const server = await startHttpServer((request, response) => {
      answer(request, response);
    });
    return {
      source: createSource(server.url, mode, { interval }),
      tell(sayings) {
        const records = Object.entries(sayings).map(([id, saying]) => ({ id, ...RECORDS[saying] }));
        answer = knowing(...records);
        return Promise.resolve();
      },
      fail() {
        answer = answering(500, 'x');
        return Promise.resolve();
      },
      held: () => server.connections(),
      released: () => server.until(() => server.connections() === 0),
      close: () => server.close(),
    };
  };
}
