/** What happens to ScaledObjects and to KEDA itself, and what becomes of the replicas meanwhile. */
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { expired, licensed, type LicenseRecord } from '../e2e/world.ts';
import { blindness } from './blindness.ts';
import { eventually } from './eventually.ts';
import { inCluster } from './in-cluster.ts';
import { LicenseServiceProcess } from './license-service.ts';
import { figuresOf } from './figures.ts';
import { Scaler } from './scaler.ts';
import {
  forTenants,
  scaledObjectPath,
  tenantObjects,
  workloadOf,
  type ScaledObjectStatus,
} from './tenants.ts';

const [A, B, C, UNKNOWN] = ['tenant-a', 'tenant-b', 'tenant-c', 'tenant-u'] as const;
const TENANTS = [A, B, C];

/** So rare that nothing here happens by a poll that was due anyway. */
const CHANGE = { pollingInterval: 600 };

const EDITS = 15;

describe('the life of a ScaledObject', () => {
  const scene = inCluster();
  const figures = figuresOf('life-cycle');
  let service: LicenseServiceProcess;
  let scaler: Scaler;

  before(async function () {
    this.timeout(90_000);
    const { stage } = scene();
    service = await LicenseServiceProcess.start(
      stage,
      records({ [A]: true, [B]: false, [C]: true }),
    );
    scaler = await Scaler.start(stage, {
      licenseService: { url: service.url, interval: '500ms', timeout: '500ms' },
      shutdown: { delay: '0s' },
    });
    await scaler.stop();
  });

  it('begins before the scaler does: nothing is scaled until the scaler answers', async function () {
    this.timeout(3 * 60_000);
    const { cluster, replicas } = scene();
    await cluster.apply(await tenantObjects(cluster, scaler.address, CHANGE));
    await eventually('KEDA has tried', async () => (await condition(A, 'Ready')) === 'False');
    const began = Date.now();
    await pause(20_000);
    // A Deployment without a number is created with 1.
    expect(TENANTS.map((each) => replicas.now(workloadOf(each)))).to.deep.equal([1, 1, 1]);
    figures.found('without a scaler: replicas of tenants a, b and c', '1, 1, 1 (as created)');
    await scaler.start();
    const up = Date.now();
    const all = await Promise.all([
      replicas.reached(workloadOf(A), 2, { within: 90_000 }),
      replicas.reached(workloadOf(B), 0, { within: 90_000 }),
      replicas.reached(workloadOf(C), 2, { within: 90_000 }),
    ]);
    figures.took(
      `the scaler starts ${Math.round((up - began) / 1000)} s later: until the last of three is where it belongs`,
      Math.max(...all.map(({ at }) => at)) - up,
    );
    await streams(3);
  });

  it('goes on through a restart of KEDA', async function () {
    this.timeout(3 * 60_000);
    const { cluster, replicas } = scene();
    for (const how of ['stop', 'kill'] as const) {
      const began = Date.now();
      const { ms } = await blindness([scaler], 3, async () => {
        await cluster.stopOperator(how);
        await service.write(records({ [A]: true, [B]: how === 'stop', [C]: true }));
        await pause(2_000);
        await cluster.startOperator();
        await replicas.reached(workloadOf(B), how === 'stop' ? 2 : 0, { since: began });
      });
      figures.took(
        `KEDA's operator ${how === 'stop' ? 'stopped in order' : 'killed'} and started 2 s later: time without all streams`,
        ms,
      );
      expect(replicas.since(began)).to.deep.equal([`${workloadOf(B)}: ${how === 'stop' ? 2 : 0}`]);
    }
  });

  it('is edited again and again: where KEDA stops it for a moment by that, the push brings it back', async function () {
    this.timeout(2 * 60_000);
    const { cluster, replicas } = scene();
    const began = Date.now();
    for (let time = 1; time <= EDITS; time++) {
      await cluster.client.patch(scaledObjectPath(A), { spec: { maxReplicaCount: 10 + time } });
      await pause(3_000);
    }
    await streams(3);
    const course = replicas.course(workloadOf(A), began);
    const stops = course.filter((count) => count === 0).length;
    figures.found(
      `a licensed, running tenant's ScaledObject edited ${EDITS} times: stopped by that (\`cooldownPeriod: 0\`)`,
      `${stops} times`,
    );
    expect(replicas.now(workloadOf(A))).to.equal(2);
    expect(replicas.since(began)).to.have.lengthOf(course.length);
  });

  it('is edited after its license is over: it stops at once, not at the next poll', async function () {
    const { cluster, replicas } = scene();
    const began = Date.now();
    await service.write(records({ [A]: false, [B]: false, [C]: true }));
    await pause(5_000);
    expect(replicas.since(began)).to.deep.equal([]);
    const edited = Date.now();
    await cluster.client.patch(scaledObjectPath(A), { spec: { maxReplicaCount: 10 } });
    const { at } = await replicas.reached(workloadOf(A), 0, { since: began });
    figures.took('the spec of an unlicensed, running tenant edited: until it is at 0', at - edited);
    expect(replicas.since(began)).to.deep.equal([`${workloadOf(A)}: 0`]);
    await service.write(records({ [A]: true, [B]: false, [C]: true }));
    await replicas.reached(workloadOf(A), 2, { since: at });
  });

  it('is paused: it stays as it is whatever the license says, and follows it when it is resumed', async function () {
    this.timeout(2 * 60_000);
    const { replicas } = scene();
    const began = Date.now();
    await annotate(A, { 'autoscaling.keda.sh/paused': 'true' });
    await annotate(B, { 'autoscaling.keda.sh/paused': 'true' });
    await streams(1);
    figures.took('paused: until its stream is closed', Date.now() - began);
    await service.write(records({ [A]: false, [B]: true, [C]: true }));
    await pause(20_000);
    expect(replicas.since(began)).to.deep.equal([]);
    const resumed = Date.now();
    await annotate(A, { 'autoscaling.keda.sh/paused': null });
    await annotate(B, { 'autoscaling.keda.sh/paused': null });
    const [a, b] = await Promise.all([
      replicas.reached(workloadOf(A), 0, { since: began }),
      replicas.reached(workloadOf(B), 2, { since: began }),
    ]);
    figures.took('resumed, the license over meanwhile: until it is at 0', a.at - resumed);
    figures.took('resumed, reinstated meanwhile: until it is at 2', b.at - resumed);
    await streams(3);
  });

  it('is paused at 0 while it is licensed, and comes back', async function () {
    const { replicas } = scene();
    const began = Date.now();
    await annotate(C, { 'autoscaling.keda.sh/paused-replicas': '0' });
    const down = await replicas.reached(workloadOf(C), 0, { since: began });
    figures.took('`paused-replicas: "0"` set: until it is at 0', down.at - began);
    await pause(5_000);
    const removed = Date.now();
    await annotate(C, { 'autoscaling.keda.sh/paused-replicas': null });
    const up = await replicas.reached(workloadOf(C), 2, { since: down.at });
    figures.took('`paused-replicas` removed: until it is at 2', up.at - removed);
    expect(replicas.course(workloadOf(C), began)).to.deep.equal([0, 2]);
    await streams(3);
  });

  it('is deleted: the workload stays as it is, and another ScaledObject takes it over', async function () {
    const { cluster, replicas } = scene();
    const began = Date.now();
    await cluster.client.delete(scaledObjectPath(C));
    await streams(2);
    await service.write(records({ [A]: false, [B]: true, [C]: false }));
    await pause(10_000);
    expect(replicas.since(began)).to.deep.equal([]);
    const applied = Date.now();
    await cluster.apply(forTenants(await tenantObjects(cluster, scaler.address, CHANGE), [C]));
    const { at } = await replicas.reached(workloadOf(C), 0, { since: began });
    figures.took('deleted, the license over, created again: until it is at 0', at - applied);
    expect(replicas.since(began)).to.deep.equal([`${workloadOf(C)}: 0`]);
    await streams(3);
  });

  it('is that of a tenant that the license service does not know: at 0 until it does', async function () {
    const { cluster, replicas } = scene();
    const objects = await tenantObjects(cluster, scaler.address, CHANGE);
    const applied = Date.now();
    await cluster.apply(forTenants(objects, [UNKNOWN]));
    const down = await replicas.reached(workloadOf(UNKNOWN), 0, { since: applied });
    figures.took('a tenant unknown to the license service: until it is at 0', down.at - applied);
    const course = replicas.course(workloadOf(UNKNOWN), applied).join(', ');
    figures.found('its replicas until then, from its creation', course);
    await pause(5_000);
    expect(replicas.course(workloadOf(UNKNOWN), down.at)).to.deep.equal([0]);
    await service.write([...records({ [A]: false, [B]: true, [C]: false }), licensed(UNKNOWN)]);
    const { at } = await replicas.reached(workloadOf(UNKNOWN), 2, { since: down.at });
    figures.took(
      'then it becomes known, licensed: until it is at 2',
      at - service.answered(UNKNOWN),
    );
  });

  async function streams(count: number): Promise<void> {
    await eventually(`${count} streams`, async () => (await scaler.openStreams()) === count);
  }

  async function annotate(
    tenant: string,
    annotations: Record<string, string | null>,
  ): Promise<void> {
    await scene().cluster.client.patch(scaledObjectPath(tenant), { metadata: { annotations } });
  }

  async function condition(tenant: string, wanted: string): Promise<string | undefined> {
    const { status } = await scene().cluster.client.get<ScaledObjectStatus>(
      scaledObjectPath(tenant),
    );
    return status?.conditions?.find(({ type }) => type === wanted)?.status;
  }
});

function records(states: Readonly<Record<string, boolean>>): LicenseRecord[] {
  return Object.entries(states).map(([id, isLicensed]) =>
    isLicensed ? licensed(id) : expired(id),
  );
}
