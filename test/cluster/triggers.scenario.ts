/** The license gate beside other triggers, and what a `fallback` makes of it. */
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { expired, licensed, type LicenseRecord } from '../e2e/world.ts';
import { eventually } from './eventually.ts';
import { inCluster } from './in-cluster.ts';
import { LicenseServiceProcess } from './license-service.ts';
import { figuresOf } from './figures.ts';
import { Scaler } from './scaler.ts';
import { SecondScaler } from './second-scaler.ts';
import { forTenants, tenantObjects, withSpec, workloadOf, type Trigger } from './tenants.ts';

const CPU = 'tenant-cpu';
/** A formula of the gate, polled, and a queue. */
const FORMULA = 'tenant-formula';
/** The same with the gate pushed, in spite of the advice. */
const PUSHED = 'tenant-pushed';
/** Fallbacks of a running and of a suspended tenant. */
const [SIX_UP, SIX_DOWN, ZERO_UP] = ['tenant-six-up', 'tenant-six-down', 'tenant-zero-up'] as const;

/** A little more than two polls, and than one round of the HPA. */
const A_WHILE = 17_000;
const POLL = { pollingInterval: 5, cooldownPeriod: 0 };

describe('the gate beside other triggers', () => {
  const scene = inCluster();
  const figures = figuresOf('triggers');
  const states = new Map<string, LicenseRecord>();
  let service: LicenseServiceProcess;
  let scaler: Scaler;
  let queue: SecondScaler | undefined;

  before(async function () {
    this.timeout(2 * 60_000);
    const { stage } = scene();
    for (const each of [CPU, FORMULA, SIX_UP, ZERO_UP]) states.set(each, licensed(each));
    for (const each of [PUSHED, SIX_DOWN]) states.set(each, expired(each));
    service = await LicenseServiceProcess.start(stage, [...states.values()]);
    scaler = await Scaler.start(stage, {
      licenseService: { url: service.url, interval: '500ms', timeout: '500ms' },
      hold: { maxStaleness: '15s' },
      shutdown: { delay: '0s' },
    });
    queue = await SecondScaler.start();
  });

  after(() => {
    queue?.stop();
  });

  it('with CPU: the license alone decides about 0, and without CPU metrics the HPA takes nothing away', async function () {
    this.timeout(4 * 60_000);
    const { replicas } = scene();
    const began = Date.now();
    await apply(CPU, 'examples/cpu', () => POLL);
    await replicas.reached(workloadOf(CPU), 2, { since: began });
    await now(licensed(CPU, { replicas: 4 }));
    await replicas.reached(workloadOf(CPU), 4, { since: began });
    await now(licensed(CPU, { replicas: 2 }));
    await pause(3 * A_WHILE);
    figures.found(
      'CPU unknown, the license from 2 to 4, then back to 2',
      replicas.course(workloadOf(CPU), began).join(', '),
    );
    expect(replicas.now(workloadOf(CPU))).to.equal(4);
    await now(expired(CPU));
    const down = await replicas.reached(workloadOf(CPU), 0, { since: began });
    await pause(A_WHILE);
    await now(licensed(CPU));
    const up = await replicas.reached(workloadOf(CPU), 2, { since: down.at });
    figures.took('reinstated beside CPU', up.at - service.answered(CPU));
    expect(replicas.course(workloadOf(CPU), down.at)).to.deep.equal([0, 2]);
  });

  it('in a formula: runs where there is a license and work, and holds where the queue is not known', async function () {
    this.timeout(4 * 60_000);
    const { replicas } = scene();
    const workload = workloadOf(FORMULA);
    queue!.length = 0;
    const began = Date.now();
    await apply(FORMULA, 'examples/azure-service-bus', (triggers) => ({
      ...POLL,
      triggers: withQueue(triggers),
    }));
    await replicas.reached(workload, 0, { since: began });
    queue!.length = 3;
    const filled = Date.now();
    const woken = await replicas.reached(workload, 1, { since: filled });
    figures.took('formula: 3 messages come: until 1 replica (poll of 5 s)', woken.at - filled);
    const three = await replicas.reached(workload, 3, { since: filled });
    figures.took('formula: 3 messages come: until 3 replicas (HPA)', three.at - filled);
    queue!.length = undefined;
    await pause(A_WHILE);
    await now(expired(FORMULA));
    await pause(A_WHILE);
    expect(replicas.now(workload)).to.equal(3);
    figures.found('formula: the queue fails, then the license ends', 'held at 3');
    queue!.length = 3;
    const back = Date.now();
    const down = await replicas.reached(workload, 0, { since: back });
    figures.took('formula: the queue answers again: until the suspension', down.at - back);
    await pause(A_WHILE);
    expect(replicas.course(workload, down.at)).to.deep.equal([0]);
  });

  it('pushed into a formula: starts an idle workload, which the next poll stops again', async function () {
    this.timeout(2 * 60_000);
    const { replicas } = scene();
    const workload = workloadOf(PUSHED);
    queue!.length = 0;
    const began = Date.now();
    await apply(PUSHED, 'examples/azure-service-bus', (triggers) => ({
      ...POLL,
      triggers: withQueue(triggers).map((each) =>
        each.name === 'license' ? { ...each, type: 'external-push' } : each,
      ),
    }));
    const idle = await replicas.reached(workload, 0, { since: began });
    await now(licensed(PUSHED));
    await replicas.reached(workload, 1, { since: idle.at });
    await pause(A_WHILE);
    const course = replicas.course(workload, idle.at + 1);
    figures.found('external-push in a formula, reinstated with an empty queue', course.join(', '));
    expect(course.slice(0, 2)).to.deep.equal([1, 0]);
    expect(replicas.now(workload)).to.equal(0);
  });

  it('with a fallback: it starts a suspended tenant, or stops a paying one, as soon as the license is not known', async function () {
    this.timeout(4 * 60_000);
    const { replicas } = scene();
    const six = { failureThreshold: 3, replicas: 6 };
    const zero = { failureThreshold: 3, replicas: 0 };
    const began = Date.now();
    await apply(SIX_UP, 'tenants', () => ({ ...POLL, fallback: six }));
    await apply(SIX_DOWN, 'tenants', () => ({ ...POLL, fallback: six }));
    await apply(ZERO_UP, 'tenants', () => ({ ...POLL, fallback: zero }));
    await Promise.all([
      replicas.reached(workloadOf(SIX_UP), 2, { since: began }),
      replicas.reached(workloadOf(SIX_DOWN), 0, { since: began }),
      replicas.reached(workloadOf(ZERO_UP), 2, { since: began }),
    ]);
    await eventually('streams', async () => (await scaler.openStreams()) >= 3);

    const stopped = Date.now();
    await scaler.stop();
    await pause(2 * A_WHILE);
    story('the scaler not reachable for 34 s', stopped);
    expect(replicas.course(workloadOf(SIX_UP), stopped)).to.deep.equal([]);
    expect(replicas.course(workloadOf(SIX_DOWN), stopped)).to.deep.equal([]);
    expect(replicas.course(workloadOf(ZERO_UP), stopped)).to.deep.equal([0]);
    await scaler.start();
    await eventually('streams', async () => (await scaler.openStreams()) >= 3, 120_000);
    await pause(A_WHILE);

    const unknown = Date.now();
    await service.stop();
    await pause(4 * A_WHILE);
    story('the license service away, UNAVAILABLE from 15 s on, 68 s in all', unknown);
    // The tenant that has no fallback is left as it is.
    expect(replicas.course(workloadOf(CPU), unknown)).to.deep.equal([]);
    figures.found('the same outage without a fallback', 'nothing changes');
    expect(replicas.now(workloadOf(SIX_UP))).to.equal(6);
    expect(replicas.now(workloadOf(SIX_DOWN))).to.equal(6);
    expect(replicas.course(workloadOf(ZERO_UP), unknown)[0]).to.equal(0);
  });

  /** What became of the tenants with a fallback. */
  function story(what: string, since: number): void {
    const { replicas } = scene();
    const course = (tenant: string): string =>
      replicas.course(workloadOf(tenant), since).join(', ') || 'nothing changes';
    figures.found(`${what}: licensed, \`fallback.replicas: 6\``, course(SIX_UP));
    figures.found(`${what}: not licensed, \`fallback.replicas: 6\``, course(SIX_DOWN));
    figures.found(`${what}: licensed, \`fallback.replicas: 0\``, course(ZERO_UP));
  }

  async function apply(
    tenant: string,
    folder: string,
    change: (triggers: readonly Trigger[]) => object,
  ): Promise<void> {
    const { cluster } = scene();
    const objects = forTenants(await tenantObjects(cluster, scaler.address, {}, folder), [tenant]);
    // What the README of examples/azure-service-bus has its reader create.
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'servicebus', namespace: tenant },
    };
    await cluster.apply([
      ...withSpec(objects, ({ triggers }) => change(triggers)),
      { ...secret, stringData: { 'sb_connection_string.txt': 'none' } },
    ]);
  }

  /** What the license service says of a tenant from now on. */
  async function now(license: LicenseRecord): Promise<void> {
    states.set(license.id, license);
    await service.write([...states.values()]);
  }

  /** In place of the queue of the manifests. */
  function withQueue(triggers: readonly Trigger[]): readonly Trigger[] {
    return triggers.map((trigger) =>
      trigger.name === 'queue'
        ? { type: 'external', name: 'queue', metadata: { scalerAddress: queue!.address } }
        : trigger,
    );
  }
});
