/** How soon KEDA acts: on a push at once, on the end of a license at its next poll. */
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { expired, licensed } from '../e2e/world.ts';
import { inCluster } from './in-cluster.ts';
import { LicenseServiceProcess } from './license-service.ts';
import { figuresOf } from './figures.ts';
import { Scaler } from './scaler.ts';
import { forTenants, scalePath, tenantObjects, workloadOf } from './tenants.ts';

/** Polled every 300 s. */
const PUSHED = 'tenant-p';
const ROUNDS = 10;
/** Polled every 30 s. */
const POLLED = Array.from({ length: 10 }, (_, index) => `tenant-${index + 100}`);

describe('push and poll', () => {
  const scene = inCluster();
  const figures = figuresOf('push');
  let service: LicenseServiceProcess;

  before(async function () {
    this.timeout(90_000);
    const { stage, cluster, replicas } = scene();
    service = await LicenseServiceProcess.start(stage, [
      expired(PUSHED),
      ...POLLED.map((each) => licensed(each)),
    ]);
    const scaler = await Scaler.start(stage, {
      licenseService: { url: service.url, interval: '500ms', timeout: '500ms' },
    });
    const rarely = await tenantObjects(cluster, scaler.address, { pollingInterval: 300 });
    await cluster.apply(forTenants(rarely, [PUSHED]));
    const often = await tenantObjects(cluster, scaler.address);
    // Not all in the same moment, so that their polls are spread over the interval.
    for (const each of POLLED) {
      await cluster.apply(forTenants(often, [each]));
      await pause(1_500);
    }
    // KEDA's first step may be refused, for others write a new Deployment too; its next one would come after 300 s.
    await cluster.client.patch(scalePath(PUSHED), { spec: { replicas: 0 } });
    await replicas.reached(workloadOf(PUSHED), 0);
    await Promise.all(POLLED.map((each) => replicas.reached(workloadOf(each), 2)));
  });

  it('reinstates in one step without a poll, again and again', async function () {
    this.timeout(4 * 60_000);
    const { cluster, replicas } = scene();
    const latencies: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const began = Date.now();
      await service.write([licensed(PUSHED), ...POLLED.map((each) => licensed(each))]);
      const { at } = await replicas.reached(workloadOf(PUSHED), 2, {
        since: began,
        within: 15_000,
      });
      latencies.push(at - service.answered(PUSHED));
      await service.write([expired(PUSHED), ...POLLED.map((each) => licensed(each))]);
      // Until the scaler says so: as long as it says "licensed" KEDA may start it again.
      await pause(1_500);
      await cluster.client.patch(scalePath(PUSHED), { spec: { replicas: 0 } });
      await replicas.reached(workloadOf(PUSHED), 0, { since: at });
      expect(replicas.course(workloadOf(PUSHED), began)).to.deep.equal([2, 0]);
      await pause(1_000);
    }
    figures.spread(
      'reinstatement by push (`pollingInterval: 300`), from the answer of the license service to `spec.replicas: 2`',
      latencies,
    );
  });

  it('leaves a tenant at 0 that an operator has scaled there when its license was over', async function () {
    const began = Date.now();
    await pause(20_000);
    expect(scene().replicas.since(began)).to.deep.equal([]);
  });

  it('suspends within a poll, in one step past the HPA', async function () {
    this.timeout(90_000);
    const { replicas } = scene();
    const began = Date.now();
    await service.write([expired(PUSHED), ...POLLED.map(expired)]);
    const stopped = await Promise.all(
      POLLED.map((each) => replicas.reached(workloadOf(each), 0, { since: began, within: 35_000 })),
    );
    figures.spread(
      'suspension by poll (`pollingInterval: 30`), from the answer of the license service to `spec.replicas: 0`',
      stopped.map(({ at }, index) => at - service.answered(POLLED[index] ?? '')),
    );
    for (const each of POLLED) {
      expect(replicas.course(workloadOf(each), began)).to.deep.equal([0]);
    }
  });
});
