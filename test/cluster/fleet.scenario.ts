/** What is special about many tenants: KEDA may write 20 times a second, and everything shares that. */
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { expired, licensed } from '../e2e/world.ts';
import { inCluster } from './in-cluster.ts';
import { LicenseServiceProcess } from './license-service.ts';
import { figuresOf, type Figures } from './figures.ts';
import { allStreams, fleet, inTurns, quiet } from './many-tenants.ts';
import { Scaler, type ScalerConfig } from './scaler.ts';
import {
  eventsOf,
  forTenants,
  scaledObjectPath,
  scalePath,
  tenantObjects,
  workloadOf,
} from './tenants.ts';

const TENANTS = fleet(200);

/** In seconds: so rare that during a mass reinstatement no poll heals what a push has lost. */
const NO_POLL = 3600;

describe('200 tenants', () => {
  const scene = inCluster();
  let mass: Figures;
  let service: LicenseServiceProcess;
  let scaler: Scaler;

  before(async function () {
    this.timeout(8 * 60_000);
    const { stage, cluster, replicas } = scene();
    service = await LicenseServiceProcess.start(stage, TENANTS.map(expired));
    scaler = await Scaler.start(stage, configOf(service, ['2s', '10s']));
    const one = await tenantObjects(cluster, scaler.address, { pollingInterval: NO_POLL });
    // Else it would take KEDA minutes to take note of so many.
    await cluster.stopOperator();
    await cluster.startOperator(['--kube-api-qps=500', '--kube-api-burst=1000']);
    await cluster.apply(forTenants(one, TENANTS));
    await Promise.all(TENANTS.map((each) => replicas.reached(workloadOf(each), 0, LONG)));
    await allStreams(scaler, TENANTS.length);
    await cluster.stopOperator();
    const restarted = Date.now();
    await cluster.startOperator();
    await allStreams(scaler, TENANTS.length);
    mass.took('KEDA restarted: until all 200 streams are open again', Date.now() - restarted);
    await quiet(replicas);
  });

  describe('when all are reinstated', () => {
    mass = figuresOf('mass');

    it('are all reinstated by push and its repeats, each in one step', async function () {
      this.timeout(4 * 60_000);
      const { lost, latencies, since } = await reinstateAll();
      mass.spread(
        'reinstated at once, `true` repeated after 2 s and 10 s (the default)',
        latencies,
      );
      mass.found('of these never reinstated without a poll', lost.length);
      expect(lost).to.deep.equal([]);
      for (const each of TENANTS) {
        expect(scene().replicas.course(workloadOf(each), since)).to.deep.equal([2]);
      }
      await suspendAll();
    });

    it('never get a wrong count where `true` is said only once, though some may wait for the poll', async function () {
      this.timeout(4 * 60_000);
      await scaler.stop();
      await scaler.configure(configOf(service, []));
      await scaler.start();
      await allStreams(scaler, TENANTS.length);
      const { lost, latencies, since } = await reinstateAll();
      mass.spread('reinstated at once, `true` said once (`push.repeats: []`)', latencies);
      mass.found('of these never reinstated without a poll (no repeats)', lost.length);
      for (const each of TENANTS) {
        const course = scene().replicas.course(workloadOf(each), since);
        expect(course).to.deep.equal(lost.includes(each) ? [] : [2]);
      }
      const failed = await Promise.all(lost.map((each) => eventsOf(scene().cluster, each)));
      expect(
        failed.every((reasons) => reasons.includes('KEDAScaleTargetActivationFailed')),
      ).to.equal(true);
    });
  });

  describe('while they run', () => {
    const cost = figuresOf('cost');

    it('cost KEDA the fewer writes the more rarely it polls', async function () {
      this.timeout(12 * 60_000);
      const { replicas } = scene();
      await edited({ pollingInterval: 30 });
      const often = await statusPatchesPerMinute(60);
      cost.found('status PATCHes a minute, `pollingInterval: 30`, over 1 minute', often);
      const rare = await edited({ pollingInterval: 300, cooldownPeriod: 90 });
      expect(rare).to.equal(0);
      const began = Date.now();
      const rarely = await statusPatchesPerMinute(300);
      cost.found('status PATCHes a minute, `pollingInterval: 300`, over 5 minutes', rarely);
      cost.found('what KEDA may write a minute (20 a second)', 1200);
      expect(rarely).to.be.lessThan(often / 2);
      expect(replicas.since(began)).to.deep.equal([]);
    });

    /** Every ScaledObject; resolves when KEDA has taken note of all, with how many were stopped by that. */
    async function edited(spec: Readonly<Record<string, number>>): Promise<number> {
      const { cluster, replicas } = scene();
      const began = Date.now();
      const running = TENANTS.filter((each) => replicas.now(workloadOf(each)) === 2);
      await inTurns(TENANTS, (each) => cluster.client.patch(scaledObjectPath(each), { spec }));
      // Then every stream has been opened anew, or will be within this time.
      await quiet(replicas, 45_000, began);
      await allStreams(scaler, TENANTS.length);
      expect(TENANTS.filter((each) => replicas.now(workloadOf(each)) !== 2)).to.deep.equal([]);
      const stopped = running.filter((each) =>
        replicas.course(workloadOf(each), began).includes(0),
      );
      cost.found(
        `licensed, running tenants that KEDA stopped for a moment when their ScaledObjects were given \`${JSON.stringify(spec)}\``,
        `${stopped.length} of ${running.length}`,
      );
      return stopped.length;
    }
  });

  /** All at once, by one answer of the license service; over when nothing happens any more. */
  async function reinstateAll(): Promise<Reinstated> {
    const { replicas } = scene();
    const since = Date.now();
    await service.write(TENANTS.map((each) => licensed(each)));
    await quiet(replicas);
    const answered = service.answeredAll();
    const changes = replicas.changes.filter(({ at }) => at >= since);
    const lost = TENANTS.filter((each) => replicas.now(workloadOf(each)) !== 2);
    return { lost, since, latencies: changes.map(({ at }) => at - answered) };
  }

  /** Without waiting for polls: the license is over, and an operator scales the Deployment to 0. */
  async function suspendAll(): Promise<void> {
    const { cluster, replicas } = scene();
    await service.write(TENANTS.map(expired));
    await pause(5_000);
    const began = Date.now();
    await inTurns(TENANTS, (each) =>
      cluster.client.patch(scalePath(each), { spec: { replicas: 0 } }),
    );
    mass.took('200 Deployments scaled to 0 by PATCH', Date.now() - began);
    await quiet(replicas, 30_000, began);
    expect(TENANTS.filter((each) => replicas.now(workloadOf(each)) !== 0)).to.deep.equal([]);
    mass.found('of these changed again by KEDA or the HPA within 30 s', 0);
  }

  async function statusPatchesPerMinute(seconds: number): Promise<number> {
    const before = await statusPatches();
    const began = Date.now();
    await pause(seconds * 1000);
    const count = (await statusPatches()) - before;
    return Math.round((count * 60_000) / (Date.now() - began));
  }

  async function statusPatches(): Promise<number> {
    const lines = (await scene().cluster.client.text('/metrics')).split('\n');
    return lines
      .filter((line) => line.startsWith('apiserver_request_total{'))
      .filter((line) => /resource="scaledobjects".*subresource="status".*verb="PATCH"/.test(line))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }
});

const LONG = { within: 4 * 60_000 };

interface Reinstated {
  readonly lost: readonly string[];
  /** From the license service's answer, in milliseconds. */
  readonly latencies: readonly number[];
  readonly since: number;
}

function configOf(service: LicenseServiceProcess, repeats: readonly string[]): ScalerConfig {
  const licenseService = { url: service.url, mode: 'list', interval: '500ms', timeout: '2s' };
  return { licenseService, push: { repeats }, shutdown: { delay: '0s' } };
}
