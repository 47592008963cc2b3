/** Scalers that stop, crash and are replaced behind one address: how often KEDA waits, and how long, by its own words. */
import { expect } from 'chai';
import { expired, licensed } from '../e2e/world.ts';
import { wanted } from './answers.ts';
import { KEDA_VERSIONS } from './build/go-programs.ts';
import { inKedaWorld } from './in-keda-world.ts';

const FLEET = [licensed('tenant-a'), expired('tenant-b')];

for (const version of KEDA_VERSIONS) {
  describe(`KEDA ${version}: reconnects`, () => {
    it(
      'after one wait of 2 s when its scaler stops in order, and polls go on meanwhile',
      inKedaWorld(version, { licenses: FLEET }, async (world) => {
        const { operator, gateway, scaler: old } = world;
        const [a, b] = [operator.watch('tenant-a'), operator.watch('tenant-b')];
        await Promise.all([a.received(1), b.received(1)]);
        await world.startScaler();
        expect(await old.stop()).to.equal(0);
        expect([await a.answer(), await b.answer()]).to.deep.equal([wanted(2), wanted(0)]);
        expect(await a.received(2)).to.deep.equal([true, true]);
        expect(await b.received(2)).to.deep.equal([false, false]);
        expect([a.retries, b.retries]).to.deep.equal([['2s'], ['2s']]);
        expect([...a.streamErrors, ...b.streamErrors]).to.deep.equal([]);
        expect(gateway.accepted).to.equal(2);
      }),
    );

    it(
      'after 2 s when it crashes, after 4 s when it crashes again, and after 2 s once more when it stops in order',
      inKedaWorld(version, { licenses: FLEET }, async (world) => {
        const a = world.operator.watch('tenant-a');
        await a.received(1);
        for (const crash of [1, 2]) {
          const { scaler: old } = world;
          await world.startScaler();
          await old.kill();
          await a.received(1 + crash);
        }
        const { scaler: old } = world;
        await world.startScaler();
        await old.stop();
        expect(await a.received(4)).to.deep.equal([true, true, true, true]);
        expect(a.retries).to.deep.equal(['2s', '4s', '2s']);
        expect(a.streamErrors.map((error) => error.includes('code = Unavailable'))).to.deep.equal([
          true,
          true,
        ]);
      }),
    );

    it(
      'to a scaler that is restarted in its place and has to learn everything anew, without a wrong false',
      inKedaWorld(version, { licenses: FLEET }, async (world) => {
        const { operator, service, scaler: old } = world;
        const a = operator.watch('tenant-a');
        await a.received(1);
        await old.kill();
        await service.stop();
        await world.startScaler();
        const answer = await a.pollUntil('answered by it', ({ error }) =>
          error.includes('no license data'),
        );
        expect([answer.values, a.states]).to.deep.equal([[], [true]]);
        await service.listen();
        expect(await a.received(2)).to.deep.equal([true, true]);
        expect(await a.answer()).to.deep.equal(wanted(2));
      }),
    );
  });
}
