/** The main job, as KEDA's own client sees it. */
import { expect } from 'chai';
import { expired, licensed } from '../e2e/world.ts';
import { wanted } from './answers.ts';
import { KEDA_VERSIONS } from './build/go-programs.ts';
import { inKedaWorld } from './in-keda-world.ts';

const FLEET = [licensed('tenant-a'), expired('tenant-b'), licensed('tenant-c')];

for (const version of KEDA_VERSIONS) {
  describe(`KEDA ${version}: the main job`, () => {
    it(
      'is tested with that version',
      inKedaWorld(version, {}, async ({ operator }) => {
        expect(await operator.version()).to.equal(`v${version}`);
      }),
    );

    it(
      'hears the state of each tenant when it opens a stream',
      inKedaWorld(version, { licenses: FLEET }, async ({ operator }) => {
        const [a, b, c] = ['tenant-a', 'tenant-b', 'tenant-c'].map((it) => operator.watch(it));
        expect(await a?.received(1)).to.deep.equal([true]);
        expect(await b?.received(1)).to.deep.equal([false]);
        expect(await c?.received(1)).to.deep.equal([true]);
      }),
    );

    it(
      'hears of a reinstatement and of a suspension on the streams of that tenant alone',
      inKedaWorld(version, { licenses: FLEET }, async ({ operator, service }) => {
        const [a, b] = [operator.watch('tenant-a'), operator.watch('tenant-b')];
        await Promise.all([a.received(1), b.received(1)]);
        service.tenants.set('tenant-b', licensed('tenant-b'));
        expect(await b.received(2)).to.deep.equal([false, true]);
        service.tenants.set('tenant-b', expired('tenant-b'));
        expect(await b.received(3)).to.deep.equal([false, true, false]);
        service.tenants.set('tenant-a', expired('tenant-a'));
        expect(await a.received(2)).to.deep.equal([true, false]);
        expect(b.states).to.have.length(3);
        expect([...a.retries, ...b.retries]).to.deep.equal([]);
      }),
    );

    it(
      'hears a true that is news as often as it is repeated, and nothing else twice',
      inKedaWorld(
        version,
        { licenses: FLEET, config: { push: { repeats: ['100ms', '200ms'] } } },
        async ({ operator, service }) => {
          const [a, b] = [operator.watch('tenant-a'), operator.watch('tenant-b')];
          await Promise.all([a.received(1), b.received(1)]);
          service.tenants.set('tenant-b', licensed('tenant-b'));
          expect(await b.received(4)).to.deep.equal([false, true, true, true]);
          service.tenants.set('tenant-b', expired('tenant-b'));
          expect(await b.received(5)).to.deep.equal([false, true, true, true, false]);
          service.tenants.set('tenant-a', expired('tenant-a'));
          expect(await a.received(2)).to.deep.equal([true, false]);
        },
      ),
    );

    it(
      'reads a constant target, and the wanted replicas as the value',
      inKedaWorld(
        version,
        { licenses: [...FLEET, licensed('tenant-d', { replicas: 7 })] },
        async ({ operator }) => {
          const replicas = { metadata: { replicas: '999999999' } };
          expect(await operator.open('tenant-a').answer()).to.deep.equal(wanted(2));
          expect(await operator.open('tenant-b').answer()).to.deep.equal(wanted(0));
          expect(await operator.open('tenant-c', replicas).answer()).to.deep.equal(
            wanted(999999999),
          );
          expect(await operator.open('tenant-d').answer()).to.deep.equal(wanted(7));
        },
      ),
    );

    it(
      'reads another count at its next poll, and is pushed nothing for it',
      inKedaWorld(version, { licenses: FLEET }, async ({ operator, service }) => {
        const a = operator.watch('tenant-a');
        await a.received(1);
        service.tenants.set('tenant-a', licensed('tenant-a', { replicas: 12 }));
        const answer = await a.pollUntil('of 12', ({ values }) => values[0]?.value === '12');
        expect(answer).to.deep.equal(wanted(12));
        service.tenants.set('tenant-a', expired('tenant-a'));
        expect(await a.received(2)).to.deep.equal([true, false]);
      }),
    );

    it(
      'takes a tenant that the license service does not know for unlicensed',
      inKedaWorld(version, { licenses: FLEET }, async ({ operator, service }) => {
        const nobody = operator.watch('nobody');
        expect(await nobody.answer()).to.deep.equal(wanted(0));
        expect(await nobody.received(1)).to.deep.equal([false]);
        service.tenants.set('nobody', licensed('nobody'));
        expect(await nobody.received(2)).to.deep.equal([false, true]);
        expect(await nobody.answer()).to.deep.equal(wanted(2));
      }),
    );

    it(
      'asks for the trigger at its index in the ScaledObject',
      inKedaWorld(version, { licenses: FLEET }, async ({ operator }) => {
        const { specs, values } = await operator.open('tenant-a', { index: 3 }).poll();
        expect(specs.map(({ metric }) => metric)).to.deep.equal(['s3-license-replicas']);
        expect(values).to.deep.equal([{ metric: 's3-license-replicas', value: '2' }]);
      }),
    );

    it(
      'sends on what the environment of the target says',
      inKedaWorld(
        version,
        { licenses: [licensed('acme', { replicas: undefined })] },
        async ({ operator }) => {
          const shop = operator.watch('shop', {
            metadata: { tenantIdFromEnv: 'TENANT', replicasFromEnv: 'COUNT' },
            env: { TENANT: 'acme', COUNT: '4' },
          });
          expect(await shop.received(1)).to.deep.equal([true]);
          expect(await shop.answer()).to.deep.equal(wanted(4));
        },
      ),
    );
  });
}
