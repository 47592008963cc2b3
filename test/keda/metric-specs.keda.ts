/** StreamMetricSpec, which KEDA opens beside StreamIsActive from 2.21 on: what it told outranks GetMetricSpec. */
import { expect } from 'chai';
import { licensed } from '../e2e/world.ts';
import { SPECS, wanted } from './answers.ts';
import { inKedaWorld } from './in-keda-world.ts';

const NEWEST = '2.21.0';
const FLEET = { licenses: [licensed('tenant-a')] };

/** What KEDA logs of this stream when it ends. */
const RETRY = 'StreamMetricSpec retry backoff';

describe(`KEDA ${NEWEST}: StreamMetricSpec`, () => {
  it(
    'tells at its opening, once, what GetMetricSpec answers',
    inKedaWorld(NEWEST, FLEET, async ({ operator, service }) => {
      const a = operator.watch('tenant-a');
      await a.until('a target', () => a.streamedSpecs.length > 0);
      const { specs } = await a.answer();
      service.tenants.set('tenant-a', licensed('tenant-a', { replicas: 7 }));
      await a.pollUntil('of 7', ({ values }) => values[0]?.value === '7');
      expect([specs, a.streamedSpecs]).to.deep.equal([SPECS, [SPECS]]);
      expect(a.logs(RETRY)).to.deep.equal([]);
    }),
  );

  it(
    'tells the same of a tenant of which nothing is known',
    inKedaWorld(NEWEST, { ...FLEET, isServiceUp: false }, async ({ operator }) => {
      const a = operator.watch('tenant-a');
      await a.until('a target', () => a.streamedSpecs.length > 0);
      expect((await a.poll()).error).to.include('code = Unavailable');
      expect(a.streamedSpecs).to.deep.equal([SPECS]);
    }),
  );

  it(
    'ends with status OK when its scaler stops in order, and tells the same at the next one',
    inKedaWorld(NEWEST, FLEET, async (world) => {
      const a = world.operator.watch('tenant-a');
      await a.until('a target', () => a.streamedSpecs.length > 0);
      await a.received(1);
      const { scaler: old } = world;
      await world.startScaler();
      await old.stop();
      await a.until('a target again', () => a.streamedSpecs.length > 1);
      await a.received(2);
      expect(await a.answer()).to.deep.equal(wanted(2));
      expect(a.streamedSpecs).to.deep.equal([SPECS, SPECS]);
      expect(a.logs(RETRY).map(({ values }) => values.duration)).to.deep.equal(['2s']);
      expect(a.logs('StreamMetricSpec: stream error')).to.deep.equal([]);
    }),
  );

  it(
    'carries as many ScaledObjects as there are, on the one connection of the others',
    inKedaWorld(NEWEST, FLEET, async ({ operator, gateway }) => {
      const names = Array.from({ length: 200 }, (_, index) => `web-${index}`);
      const all = names.map((name) => operator.watch('tenant-a', { name }));
      await Promise.all(all.map((each) => each.received(1)));
      await Promise.all(all.map((each) => each.until('told', () => each.streamedSpecs.length > 0)));
      expect(gateway.accepted).to.equal(1);
    }),
  );
});
