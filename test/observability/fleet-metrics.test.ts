import { expect } from 'chai';
import { Registry } from 'prom-client';
import { createFleet, observe, type Fleet } from '../../src/core/fleet.ts';
import { registerFleetMetrics } from '../../src/observability/metrics/fleet-metrics.ts';
import {
  ABSENT,
  failure,
  licensed,
  OVERRIDES,
  overridden,
  SERVICE,
  sighting,
} from '../helpers/facts.ts';

const A = 'tenant-a';
const SOURCES = [SERVICE, OVERRIDES];
const BASE = observe(
  observe(createFleet(SOURCES), sighting(OVERRIDES, 0), 0).fleet,
  sighting(SERVICE, 0, { [A]: licensed({ end: 90_000 }), 'tenant-b': ABSENT }, false),
  0,
).fleet;

async function nextBoundaryOf(fleet: Fleet): Promise<number | undefined> {
  const registry = new Registry();
  registerFleetMetrics(registry, () => fleet);
  const text = await registry.getSingleMetricAsString(
    'license_scaler_next_boundary_timestamp_seconds',
  );
  const [, value] = /^license_scaler_next_boundary_timestamp_seconds (\S+)$/m.exec(text) ?? [];
  return value === undefined ? undefined : Number(value);
}

describe('the metric of the tenants', () => {
  it('counts as unknown whoever is asked about and never heard of, once each', async () => {
    const registry = new Registry();
    const asked = [A, 'nobody', 'nobody', 'tenant-b', 'no-one'];
    registerFleetMetrics(
      registry,
      () => BASE,
      () => asked,
    );
    const text = await registry.metrics();
    expect(text).to.include('license_scaler_tenants{standing="licensed"} 1\n');
    expect(text).to.include('license_scaler_tenants{standing="unknown"} 2\n');
    expect(text).to.include(
      'license_scaler_tenants_by_reason{standing="unknown",reason="no-data"} 2\n',
    );
  });
});

describe('the metric of the next boundary', () => {
  it('is the first end of a license or an override that is in force', async () => {
    expect(await nextBoundaryOf(BASE)).to.equal(90);
    const until = overridden({ licensed: true, until: 60_000 });
    const overruled = observe(BASE, sighting(OVERRIDES, 1, { [A]: until }), 1).fleet;
    expect(await nextBoundaryOf(overruled)).to.equal(60);
    const again = observe(overruled, sighting(OVERRIDES, 2, { [A]: { kind: 'silent' } }), 2).fleet;
    expect(await nextBoundaryOf(again)).to.equal(90);
  });

  it('is missing where nothing ends, or what ended is withheld', async () => {
    expect(await nextBoundaryOf(createFleet(SOURCES))).to.equal(undefined);
    const down = observe(BASE, failure(SERVICE, 80_000), 80_000).fleet;
    const later = observe(down, sighting(OVERRIDES, 95_000, { [A]: { kind: 'silent' } }), 95_000);
    expect(later.fleet.withheld.get(A)).to.deep.equal({});
    expect(await nextBoundaryOf(later.fleet)).to.equal(undefined);
  });
});
