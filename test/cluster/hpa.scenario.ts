/** How many: from 1 replica on it is the HPA that acts, on the number that the license says. */
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { expired, licensed } from '../e2e/world.ts';
import { eventually } from './eventually.ts';
import { inCluster } from './in-cluster.ts';
import { LicenseServiceProcess } from './license-service.ts';
import { figuresOf } from './figures.ts';
import { Scaler } from './scaler.ts';
import { forTenants, tenantObjects, workloadOf } from './tenants.ts';

const TENANT = 'tenant-a';
/** Its license says 5, its ScaledObject 3. */
const CAPPED = 'tenant-capped';
const others = [licensed(CAPPED, { replicas: 5 })];
const WORKLOAD = workloadOf(TENANT);

/** Three rounds of the HPA, which looks every 15 s. */
const ROUNDS = 45_000;

describe('the HPA', () => {
  const scene = inCluster();
  const figures = figuresOf('hpa');
  let service: LicenseServiceProcess;

  before(async function () {
    this.timeout(90_000);
    const { stage, cluster, replicas } = scene();
    service = await LicenseServiceProcess.start(stage, [licensed(TENANT), ...others]);
    const scaler = await Scaler.start(stage, {
      licenseService: { url: service.url, interval: '500ms', timeout: '500ms' },
    });
    for (const [tenant, maxReplicaCount] of [
      [TENANT, 20],
      [CAPPED, 3],
    ] as const) {
      const objects = await tenantObjects(cluster, scaler.address, { maxReplicaCount });
      await cluster.apply(forTenants(objects, [tenant]));
    }
    await replicas.reached(WORKLOAD, 2);
    await eventually('an HPA that reads the metric', async () => (await hpa()) === 'True');
  });

  it('follows the license up and down', async function () {
    this.timeout(3 * 60_000);
    const began = Date.now();
    await follows(4, '2 to 4 replicas');
    await follows(12, '4 to 12 replicas');
    // At most 4 more, or as many again, in 15 s.
    figures.found('the steps to 12', scene().replicas.course(WORKLOAD, began).join(', '));
  });

  it('passes over a change of 10 % or less', async function () {
    this.timeout(90_000);
    const began = Date.now();
    await service.write([licensed(TENANT, { replicas: 11 }), ...others]);
    await pause(ROUNDS);
    expect(scene().replicas.course(WORKLOAD, began)).to.deep.equal([]);
    figures.found('12 to 11 replicas, within 45 s', 'nothing');
    await follows(10, '12 to 10 replicas');
  });

  it('goes back to the default when the license says no number any more', async function () {
    this.timeout(90_000);
    await follows(undefined, '10 to the default of 2 replicas');
  });

  it('stops at maxReplicaCount', async function () {
    this.timeout(2 * 60_000);
    const { replicas } = scene();
    await replicas.reached(workloadOf(CAPPED), 3);
    await pause(ROUNDS);
    expect(Math.max(...replicas.course(workloadOf(CAPPED), 0))).to.equal(3);
    expect(replicas.now(workloadOf(CAPPED))).to.equal(3);
    figures.found('5 replicas wanted, `maxReplicaCount: 3`', 3);
  });

  it('has no say in a suspension', async function () {
    const { replicas } = scene();
    const began = Date.now();
    await service.write([expired(TENANT), ...others]);
    const { at } = await replicas.reached(WORKLOAD, 0, { since: began });
    expect(replicas.course(WORKLOAD, began)).to.deep.equal([0]);
    figures.took('suspension of the running replicas, in one step', at - service.answered(TENANT));
  });

  async function follows(wanted: number | undefined, what: string): Promise<void> {
    const { replicas } = scene();
    const began = Date.now();
    await service.write([
      licensed(TENANT, wanted === undefined ? {} : { replicas: wanted }),
      ...others,
    ]);
    const { at } = await replicas.reached(WORKLOAD, wanted ?? 2, { since: began });
    figures.took(`${what}, from the answer of the license service`, at - service.answered(TENANT));
  }

  /** Its condition "ScalingActive". */
  async function hpa(): Promise<string | undefined> {
    const { status } = await scene().cluster.client.get<Hpa>(
      `/apis/autoscaling/v2/namespaces/${TENANT}/horizontalpodautoscalers/keda-hpa-scaled-service`,
    );
    return status.conditions?.find(({ type }) => type === 'ScalingActive')?.status;
  }
});

interface Hpa {
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}
