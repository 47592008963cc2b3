/** Two scalers that both know a ScaledObject, and both act on its license. */
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { Balancer } from './balancer.ts';
import { eventually } from './eventually.ts';
import { fastConfig, grant, Licenses } from './fast-world.ts';
import { inCluster } from './in-cluster.ts';
import { LicenseServiceProcess } from './license-service.ts';
import { Scaler } from './scaler.ts';
import { tenantObjects, workloadOf } from './tenants.ts';

const TENANTS = ['tenant-a', 'tenant-b', 'tenant-c'] as const;
const ROUNDS = 10;
/** The answers of the license service reach both within a second; then there is time for a repeated `true`. */
const PHASE = 2_500;
/** Longer than the look after a change. */
const SETTLED = 35_000;

describe('two scalers that scale by themselves', () => {
  const scene = inCluster();
  const scalers: Scaler[] = [];
  let licenses: Licenses;
  let balancer: Balancer | undefined;

  before(async function () {
    this.timeout(2 * 60_000);
    const { stage, cluster, replicas } = scene();
    await grant(scene());
    const kubeconfig = await cluster.scalerKubeconfig();
    const service = await LicenseServiceProcess.start(stage, []);
    licenses = new Licenses(service, TENANTS);
    await licenses.give();
    const config = fastConfig(service, { kubeconfig, reinstatement: 'push+scale' });
    scalers.push(await Scaler.start(stage, config, 'license-scaler-1'));
    scalers.push(await Scaler.start(stage, config, 'license-scaler-2'));
    balancer = await Balancer.start(scalers);
    await cluster.apply(await tenantObjects(cluster, balancer.address, { pollingInterval: 300 }));
    await Promise.all(TENANTS.map((each) => replicas.reached(workloadOf(each), 2)));
    // KEDA has one connection: first one of them gets to know the ScaledObjects by it, then the other.
    const [first] = await eventually('all streams', () => placesOf(TENANTS.length));
    balancer.cut();
    await eventually('all streams at the other one', async () => {
      const [now] = (await placesOf(TENANTS.length)) ?? [];
      return now !== undefined && now !== first;
    });
  });

  after(() => {
    balancer?.stop();
  });

  it('never take a tenant to 0 that has its license, and all tenants to 0 that have not', async function () {
    this.timeout(4 * 60_000);
    const { replicas } = scene();
    const courses: Record<'end' | 'give', number[][]> = { end: [], give: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const change of ['end', 'give'] as const) {
        const from = Date.now();
        await licenses[change](...TENANTS);
        // Until the second one has heard of it as well.
        await pause(PHASE);
        courses[change].push(...TENANTS.map((each) => replicas.course(workloadOf(each), from)));
      }
    }
    expect(courses.give.filter((course) => course.join() !== '2')).to.deep.equal([]);
    // The one that has not heard of the end yet may repeat its `true` in between, and KEDA starts the target once more.
    expect(courses.end.filter((course) => !/^0(,2,0)*$/.test(course.join()))).to.deep.equal([]);
    const settled = Date.now();
    await pause(SETTLED);
    expect(replicas.since(settled)).to.deep.equal([]);
    for (const direction of ['suspension', 'reinstatement']) {
      const counts = await Promise.all(scalers.map((scaler) => actsOf(scaler, direction)));
      expect(Math.min(...counts), 'acts of the one that had fewer').to.be.greaterThan(0);
    }
  });

  async function actsOf(scaler: Scaler, direction: string): Promise<number> {
    const [scaled, already] = await Promise.all(
      ['scaled', 'already'].map((result) => scaler.scaleActs(direction, result)),
    );
    return (scaled ?? 0) + (already ?? 0);
  }

  /** Which of the two has how many streams, the one that has them all first; undefined: neither has. */
  async function placesOf(all: number): Promise<[number] | undefined> {
    const counts = await Promise.all(scalers.map((scaler) => scaler.openStreams()));
    const index = counts.indexOf(all);
    return index < 0 ? undefined : [index];
  }
});
