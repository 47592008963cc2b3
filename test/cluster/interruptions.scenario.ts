/** What becomes of KEDA's streams, and of the replicas, when the scaler goes away in one way or another. */
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { expired, licensed } from '../e2e/world.ts';
import { Balancer } from './balancer.ts';
import { blindness } from './blindness.ts';
import { eventually } from './eventually.ts';
import { inCluster } from './in-cluster.ts';
import { LicenseServiceProcess } from './license-service.ts';
import { figuresOf } from './figures.ts';
import { Scaler } from './scaler.ts';
import { tenantObjects, workloadOf } from './tenants.ts';

const [A, B, C] = ['tenant-a', 'tenant-b', 'tenant-c'] as const;
const STREAMS = 3;

/** So often that every interruption is seen by polls as well. */
const CHANGE = { pollingInterval: 5 };

describe('a scaler that is interrupted', () => {
  const scene = inCluster();
  const figures = figuresOf('interruptions');
  const scalers: Scaler[] = [];
  let service: LicenseServiceProcess;
  let balancer: Balancer | undefined;

  before(async function () {
    this.timeout(90_000);
    const { stage, cluster, replicas } = scene();
    service = await LicenseServiceProcess.start(stage, [licensed(A), expired(B), licensed(C)]);
    const config = { licenseService: { url: service.url, interval: '500ms', timeout: '500ms' } };
    scalers.push(await Scaler.start(stage, config, 'license-scaler-1'));
    scalers.push(await Scaler.start(stage, config, 'license-scaler-2'));
    balancer = await Balancer.start(scalers);
    await cluster.apply(await tenantObjects(cluster, balancer.address, CHANGE));
    await Promise.all([
      replicas.reached(workloadOf(A), 2),
      replicas.reached(workloadOf(B), 0),
      replicas.reached(workloadOf(C), 2),
    ]);
    await allStreams();
  });

  after(() => {
    balancer?.stop();
  });

  it('is rolled, two behind one address, without KEDA noticing more than a reconnect', async function () {
    this.timeout(2 * 60_000);
    const began = Date.now();
    for (const scaler of scalers) {
      const { ms } = await blindness(scalers, STREAMS, async () => {
        await scaler.stop();
        await scaler.start();
      });
      const [one, two] = await Promise.all(scalers.map((each) => each.openStreams()));
      figures.took(`one of two replicas rolled (then ${one} and ${two} streams)`, ms);
      await pause(5_000);
    }
    expect(scene().replicas.since(began)).to.deep.equal([]);
  });

  it('is stopped in order and started: what changed meanwhile is told at once', async function () {
    this.timeout(2 * 60_000);
    const { replicas } = scene();
    await scalers[1]?.stop();
    await allStreams();
    const began = Date.now();
    const { ms } = await blindness(scalers, STREAMS, async () => {
      await scalers[0]?.stop();
      await service.write([licensed(A), licensed(B), licensed(C)]);
      await scalers[0]?.start();
    });
    await replicas.reached(workloadOf(B), 2, { since: began });
    figures.took('the only replica stopped in order and started at once', ms);
    expect(replicas.since(began)).to.deep.equal([`${workloadOf(B)}: 2`]);
  });

  it('is killed, again and again: each time KEDA waits longer before it opens its streams again', async function () {
    this.timeout(4 * 60_000);
    const began = Date.now();
    const times: number[] = [];
    for (let time = 1; time <= 3; time++) {
      const { ms } = await blindness(scalers, STREAMS, async () => {
        await scalers[0]?.kill();
        await scalers[0]?.start();
      });
      times.push(ms);
      figures.took(`the only replica killed and started at once, time ${time}`, ms);
      await pause(2_000);
    }
    expect(times[2]).to.be.greaterThan(times[0] ?? 0);
    expect(scene().replicas.since(began)).to.deep.equal([]);
  });

  it('is started while the license service is away: nothing changes', async function () {
    this.timeout(4 * 60_000);
    const { replicas } = scene();
    const began = Date.now();
    await service.stop();
    await service.write([expired(A), licensed(B), licensed(C)]);
    await scalers[0]?.kill();
    await scalers[0]?.start();
    await pause(30_000);
    expect(replicas.since(began)).to.deep.equal([]);
    figures.found(
      'killed and started while the license service is away for 30 s (6 polls)',
      'nothing',
    );
    await service.start();
    const { at } = await replicas.reached(workloadOf(A), 0, { since: began });
    figures.took(
      'then the license service comes back, until a suspension',
      at - service.answered(A),
    );
    expect(replicas.since(began)).to.deep.equal([`${workloadOf(A)}: 0`]);
    await allStreams();
  });

  it('is away for 45 s: nothing changes, then polls and streams come back', async function () {
    this.timeout(5 * 60_000);
    const { replicas } = scene();
    const began = Date.now();
    let up = 0;
    const { ms } = await blindness(scalers, STREAMS, async () => {
      await scalers[0]?.kill();
      await pause(45_000);
      expect(replicas.since(began)).to.deep.equal([]);
      await service.write([licensed(A), licensed(B), licensed(C)]);
      await scalers[0]?.start();
      up = Date.now();
      const { at } = await replicas.reached(workloadOf(A), 2, { since: up, within: 150_000 });
      figures.took('away for 45 s, then from its start to a reinstatement by poll', at - up);
    });
    figures.took('away for 45 s: time without all streams', ms);
    expect(replicas.since(began)).to.deep.equal([`${workloadOf(A)}: 2`]);
  });

  /** Open at one of the two. */
  async function allStreams(): Promise<void> {
    await eventually(
      'a stream for every tenant',
      async () => {
        const counts = await Promise.all(scalers.map((scaler) => scaler.openStreams()));
        return counts.reduce((sum, count) => sum + count, 0) === STREAMS;
      },
      150_000,
    );
  }
});
