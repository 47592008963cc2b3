/** The license service in trouble: KEDA gets an error or what was said before, and never a wrong value. */
import { expect } from 'chai';
import { expired, licensed } from '../e2e/world.ts';
import { SPECS, wanted } from './answers.ts';
import { KEDA_VERSIONS } from './build/go-programs.ts';
import { inKedaWorld } from './in-keda-world.ts';

const FLEET = [licensed('tenant-a'), expired('tenant-b')];

for (const version of KEDA_VERSIONS) {
  describe(`KEDA ${version}: a license service in trouble`, () => {
    it(
      'gets an error and hears nothing of a tenant of which nothing was ever known',
      inKedaWorld(version, { licenses: FLEET, isServiceUp: false }, async (world) => {
        const { operator, service } = world;
        const a = operator.watch('tenant-a');
        const { error, ...rest } = await a.poll();
        expect(rest).to.deep.equal({ specs: SPECS, values: [], active: false });
        expect(error)
          .to.include('code = Unavailable')
          .and.to.include('no license data for tenant-a');
        expect([a.states, a.retries]).to.deep.equal([[], []]);
        await service.listen();
        expect(await a.received(1)).to.deep.equal([true]);
        expect(await a.answer()).to.deep.equal(wanted(2));
        expect(a.retries).to.deep.equal([]);
      }),
    );

    it(
      'gets what was last said, and hears what changed meanwhile when it is over',
      inKedaWorld(version, { licenses: FLEET }, async ({ operator, service, scaler }) => {
        const [a, b] = [operator.watch('tenant-a'), operator.watch('tenant-b')];
        await Promise.all([a.received(1), b.received(1)]);
        await service.stop();
        await scaler.logged('what it decided is held');
        service.tenants.set('tenant-a', expired('tenant-a'));
        service.tenants.set('tenant-b', licensed('tenant-b'));
        expect([await a.answer(), await b.answer()]).to.deep.equal([wanted(2), wanted(0)]);
        expect([a.states, b.states]).to.deep.equal([[true], [false]]);
        await service.listen();
        expect(await a.received(2)).to.deep.equal([true, false]);
        expect(await b.received(2)).to.deep.equal([false, true]);
      }),
    );

    it(
      'gets an error, and hears nothing, when what was last said is too old',
      inKedaWorld(
        version,
        { licenses: FLEET, config: { hold: { maxStaleness: '500ms' } } },
        async ({ operator, service }) => {
          const a = operator.watch('tenant-a');
          await a.received(1);
          service.handler = (_request, response) => response.writeHead(500).end('{"tenant":null}');
          const answer = await a.pollUntil(
            'an error',
            ({ error }) => error !== '',
            (poll) => {
              expect(poll).to.deep.equal(wanted(2));
            },
          );
          expect(answer).to.deep.include({ specs: SPECS, values: [] });
          expect(answer.error).to.include('code = Unavailable');
          service.tenants.set('tenant-a', expired('tenant-a'));
          service.handler = undefined;
          expect(await a.received(2)).to.deep.equal([true, false]);
          expect(await a.answer()).to.deep.equal(wanted(0));
        },
      ),
    );
  });
}
