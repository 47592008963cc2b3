/** Suspension by the scale subresource: how soon, and that it stays out of what is KEDA's. */
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from './eventually.ts';
import { asStatefulSets, fastConfig, grant, Licenses, statefulSetOf } from './fast-world.ts';
import { figuresOf } from './figures.ts';
import type { Section } from './report/document.ts';
import { Gate } from './gate.ts';
import { inCluster } from './in-cluster.ts';
import { LicenseServiceProcess } from './license-service.ts';
import { revoke, scalerRights } from './scaler-rights.ts';
import { Scaler } from './scaler.ts';
import { SecondScaler } from './second-scaler.ts';
import { forTenants, scaledObjectPath, tenantObjects, withSpec, workloadOf } from './tenants.ts';

/** Of each: what scales it, and how often KEDA polls. */
const DEPLOYMENT = { often: 'tenant-do', rarely: 'tenant-dr' };
const STATEFUL_SET = { often: 'tenant-so', rarely: 'tenant-sr' };
const MEASURED = [
  {
    what: 'Deployment',
    interval: 30,
    tenant: DEPLOYMENT.often,
    name: workloadOf(DEPLOYMENT.often),
  },
  {
    what: 'Deployment',
    interval: 300,
    tenant: DEPLOYMENT.rarely,
    name: workloadOf(DEPLOYMENT.rarely),
  },
  {
    what: 'StatefulSet',
    interval: 30,
    tenant: STATEFUL_SET.often,
    name: statefulSetOf(STATEFUL_SET.often),
  },
  {
    what: 'StatefulSet',
    interval: 300,
    tenant: STATEFUL_SET.rarely,
    name: statefulSetOf(STATEFUL_SET.rarely),
  },
] as const;

/** Polled every 300 s; one that is paused, one with another trigger, one with another trigger and `suspend: always`. */
const [PAUSED, SHARED, FORCED, FLIPPED] = ['tenant-p', 'tenant-x', 'tenant-y', 'tenant-f'] as const;
/** Polled every 5 s: what license-scaler can't do, KEDA does soon. */
const POLLED = 'tenant-q';
const RARE = [DEPLOYMENT.rarely, PAUSED, FLIPPED];
const TENANTS = [...MEASURED.map(({ tenant }) => tenant), PAUSED, SHARED, FORCED, FLIPPED, POLLED];

const ROUNDS = 10;
/** Longer than the look after a change, and whatever KEDA still has in hand. */
const SETTLED = 35_000;

/** What differs between the runs of these cases. */
interface Variant {
  readonly section: Section;
  readonly reinstatement: 'push' | 'push+scale';
  /** How long nothing may move after 50 changes in a row. */
  readonly watched: number;
}

/** The cases, each with KEDA and the HPA at work beside it. */
export function itScalesByItself({ section, reinstatement, watched }: Variant): void {
  const scene = inCluster();
  const figures = figuresOf(section);
  let service: LicenseServiceProcess;
  let licenses: Licenses;
  let gate: Gate;
  let scaler: Scaler;
  let queue: SecondScaler;
  const beside: { stop(): void }[] = [];

  before(async function () {
    this.timeout(2 * 60_000);
    const { stage, cluster, replicas } = scene();
    await grant(scene());
    service = await LicenseServiceProcess.start(stage, []);
    licenses = new Licenses(service, TENANTS);
    await licenses.give();
    gate = await Gate.start(cluster.port);
    beside.push(gate);
    const kubeconfig = await cluster.scalerKubeconfig(gate.port);
    scaler = await Scaler.start(stage, fastConfig(service, { kubeconfig, reinstatement }));
    queue = await SecondScaler.start();
    beside.push(queue);
    queue.length = 3;
    const rarely = await tenantObjects(cluster, scaler.address, { pollingInterval: 300 });
    const often = await tenantObjects(cluster, scaler.address);
    const soon = await tenantObjects(cluster, scaler.address, { pollingInterval: 5 });
    const busy = withSpec(rarely, ({ triggers }) => ({
      triggers: [
        ...triggers,
        { type: 'external', name: 'queue', metadata: { scalerAddress: queue.address } },
      ],
    }));
    const forced = withSpec(busy, ({ triggers }) => ({
      triggers: triggers.map((trigger) =>
        trigger.type === 'external-push'
          ? { ...trigger, metadata: { ...trigger.metadata, suspend: 'always' } }
          : trigger,
      ),
    }));
    await cluster.apply([
      ...forTenants(often, [DEPLOYMENT.often]),
      ...forTenants(rarely, RARE),
      ...asStatefulSets(forTenants(often, [STATEFUL_SET.often])),
      ...asStatefulSets(forTenants(rarely, [STATEFUL_SET.rarely])),
      ...forTenants(busy, [SHARED]),
      ...forTenants(forced, [FORCED]),
      ...forTenants(soon, [POLLED]),
    ]);
    await Promise.all([
      ...MEASURED.map(({ name }) => replicas.reached(name, 2)),
      ...[PAUSED, FLIPPED, POLLED].map((each) => replicas.reached(workloadOf(each), 2)),
      // The HPA goes by the longer of the two.
      ...[SHARED, FORCED].map((each) => replicas.reached(workloadOf(each), 3)),
    ]);
    await eventually(
      'a stream for every tenant',
      async () => (await scaler.openStreams()) === TENANTS.length,
    );
  });

  after(() => {
    beside.forEach((each) => {
      each.stop();
    });
  });

  for (const { what, interval, tenant, name } of MEASURED) {
    it(`takes a ${what} to 0 and back, each in one step, with a poll every ${interval} s`, async function () {
      this.timeout(3 * 60_000);
      const { replicas } = scene();
      const began = Date.now();
      const latencies: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const from = Date.now();
        await licenses.end(tenant);
        const down = await replicas.reached(name, 0, { since: from, within: 15_000 });
        latencies.push(down.at - service.answeredAll());
        await pause(1_000);
        await licenses.give(tenant);
        await replicas.reached(name, 2, { since: down.at, within: 15_000 });
        await pause(1_000);
      }
      expect(replicas.course(name, began)).to.deep.equal(
        Array.from({ length: ROUNDS }, () => [0, 2]).flat(),
      );
      figures.spread(
        `suspension of a ${what} (\`pollingInterval: ${interval}\`), from the answer of the license service to \`spec.replicas: 0\``,
        latencies,
      );
    });
  }

  it('says why, in an Event on the ScaledObject', async () => {
    const text = await scene().cluster.kubectl([
      ...['get', 'events', '-n', DEPLOYMENT.rarely, '-o'],
      'jsonpath={range .items[?(@.reason=="LicenseSuspended")]}{.involvedObject.kind} {.message}{"\\n"}{end}',
    ]);
    expect(text).to.match(
      /^ScaledObject Deployment tenant-dr\/scaled-service was scaled from 2 to 0 replicas; tenant-dr is unlicensed: its license ended/,
    );
  });

  it('leaves a paused ScaledObject as it is', async function () {
    this.timeout(2 * 60_000);
    const { cluster, replicas } = scene();
    await cluster.client.patch(scaledObjectPath(PAUSED), {
      metadata: { annotations: { 'autoscaling.keda.sh/paused': 'true' } },
    });
    await eventually(
      'its stream is closed',
      async () => (await scaler.openStreams()) < TENANTS.length,
    );
    const began = Date.now();
    await licenses.end(PAUSED);
    await eventually(
      'an act that is left',
      async () => (await scaler.scaleActs('suspension', 'left')) > 0,
    );
    await pause(SETTLED);
    expect(replicas.course(workloadOf(PAUSED), began)).to.deep.equal([]);
    await licenses.give(PAUSED);
  });

  it('leaves a target that another trigger keeps up, unless it is told not to', async function () {
    this.timeout(2 * 60_000);
    const { replicas } = scene();
    const began = Date.now();
    await licenses.end(SHARED, FORCED);
    await replicas.reached(workloadOf(FORCED), 0, { since: began });
    await pause(SETTLED);
    expect(replicas.course(workloadOf(SHARED), began)).to.deep.equal([]);
    expect(replicas.course(workloadOf(FORCED), began)).to.deep.equal([0]);
    await licenses.give(SHARED, FORCED);
    await replicas.reached(workloadOf(FORCED), 3, { since: began });
  });

  it('leaves it to the poll where it has no rights', async function () {
    this.timeout(2 * 60_000);
    const rights = await scalerRights();
    await revoke(scene().cluster, rights);
    const took = await suspendedByPoll();
    figures.took('without rights (`pollingInterval: 5`)', took);
    await scene().cluster.apply(rights);
    await reinstated(POLLED);
  });

  it('leaves it to the poll while the API server can not be reached', async function () {
    this.timeout(3 * 60_000);
    for (const [state, what] of [
      ['closed', 'refuses connections'],
      ['stalled', 'never answers'],
    ] as const) {
      await gate.set(state);
      const took = await suspendedByPoll();
      figures.took(`while the API server ${what} (\`pollingInterval: 5\`)`, took);
      await gate.set('open');
      await reinstated(POLLED);
    }
  });

  it('does it by a slow API server too', async function () {
    this.timeout(2 * 60_000);
    const { replicas } = scene();
    await gate.set('slow');
    const began = Date.now();
    await licenses.end(DEPLOYMENT.rarely);
    const { at } = await replicas.reached(workloadOf(DEPLOYMENT.rarely), 0, { since: began });
    figures.took(
      'while each request to the API server takes 1 s longer',
      at - service.answeredAll(),
    );
    await gate.set('open');
    await reinstated(DEPLOYMENT.rarely);
  });

  it('does it while KEDA is away, which then leaves it so', async function () {
    this.timeout(3 * 60_000);
    const { cluster, replicas } = scene();
    await cluster.stopOperator();
    const began = Date.now();
    await licenses.end(DEPLOYMENT.rarely);
    const { at } = await replicas.reached(workloadOf(DEPLOYMENT.rarely), 0, { since: began });
    figures.took('while KEDA is away', at - service.answeredAll());
    await cluster.startOperator();
    await eventually('its streams', async () => (await scaler.openStreams()) >= TENANTS.length - 1);
    await pause(SETTLED);
    expect(replicas.course(workloadOf(DEPLOYMENT.rarely), began)).to.deep.equal([0]);
    await reinstated(DEPLOYMENT.rarely);
  });

  it('is done once when it was missed while the scaler was away', async function () {
    this.timeout(3 * 60_000);
    const { replicas } = scene();
    const began = Date.now();
    await scaler.stop();
    await licenses.end(DEPLOYMENT.rarely);
    await scaler.start();
    const { at } = await replicas.reached(workloadOf(DEPLOYMENT.rarely), 0, { since: began });
    figures.took('from the start of a scaler that has missed it', at - began);
    await pause(SETTLED);
    expect(replicas.since(began)).to.deep.equal([`${workloadOf(DEPLOYMENT.rarely)}: 0`]);
    await reinstated(DEPLOYMENT.rarely);
  });

  it('ends in the right state after 50 changes in 10 s, and nothing moves then', async function () {
    this.timeout(watched + 4 * 60_000);
    const { replicas } = scene();
    for (const last of [0, 2]) {
      for (let flip = 0; flip < 50; flip++) {
        await (flip % 2 === (last === 0 ? 1 : 0) ? licenses.end(FLIPPED) : licenses.give(FLIPPED));
        await pause(200);
      }
      await pause(SETTLED);
      expect(replicas.now(workloadOf(FLIPPED))).to.equal(last);
    }
    const settled = Date.now();
    await pause(watched);
    expect(replicas.since(settled)).to.deep.equal([]);
  });

  /** By KEDA. @returns how long it took from the license service's answer */
  async function suspendedByPoll(): Promise<number> {
    const { replicas } = scene();
    const failed = await scaler.scaleActs('suspension', 'failed');
    const began = Date.now();
    await licenses.end(POLLED);
    const { at } = await replicas.reached(workloadOf(POLLED), 0, { since: began });
    await eventually(
      'it failed',
      async () => (await scaler.scaleActs('suspension', 'failed')) > failed,
    );
    expect(replicas.course(workloadOf(POLLED), began)).to.deep.equal([0]);
    return at - service.answeredAll();
  }

  /** By push, in one step. */
  async function reinstated(tenant: string): Promise<void> {
    const { replicas } = scene();
    // What was waited for is not of the same millisecond.
    await pause(50);
    const began = Date.now();
    await licenses.give(tenant);
    await replicas.reached(workloadOf(tenant), 2, { since: began });
    await pause(1_500);
    expect(replicas.course(workloadOf(tenant), began)).to.deep.equal([2]);
  }
}
