/** Suspension and reinstatement by scale, in the whole program, against an API server. */
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { registerExplainCommand } from '../../src/cli/explain.ts';
import { OperatorError } from '../../src/core/operator-error.ts';
import { Printed } from '../cli/run-command.ts';
import { ApiServer, refusal } from '../helpers/api-server.ts';
import { TooLate, inTime } from '../helpers/in-time.ts';
import { scaledObject } from '../helpers/keda.ts';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { manifest } from '../scaling/manifests.ts';
import { inWorld } from './in-world.ts';
import { World, expired, licensed, period, type LicenseRecord } from './world.ts';

const A = 'tenant-a';
const NAME = 'scaled-service';
const SUSPENDED = `suspension of ${A}/${NAME}: scaled`;
const REINSTATED = `reinstatement of ${A}/${NAME}: scaled`;

/** What is up when KEDA opens a stream is looked at a second later. */
const AFTER_OPEN_MS = 1_000;

/** The build: it is looked at what the program loads. `npm test` builds first. */
const MAIN = new URL('../../dist/src/main.js', import.meta.url).pathname;

type Play = (world: World, server: ApiServer) => Promise<void>;

/** A test with an API server that has the ScaledObject of one tenant, whose target has 3 replicas. */
function onCluster(
  licenses: readonly LicenseRecord[],
  config: Readonly<Record<string, unknown>>,
  play: Play,
): () => Promise<void> {
  return inTemporaryDirectory(async (directory) => {
    const server = await ApiServer.start();
    try {
      const spec = {
        scaleTargetRef: { name: NAME },
        minReplicaCount: 2,
        idleReplicaCount: 0,
        triggers: [{ type: 'external-push', metadata: { scalerAddress: 'license-scaler:6000' } }],
      };
      const metadata = { namespace: A, name: NAME, uid: 'uid' };
      server.add(A, NAME, manifest({ metadata, spec }), 3);
      const kubeconfig = await server.kubeconfig(directory);
      const whole = { ...config, kubernetes: { kubeconfig } };
      await inWorld({ licenses, config: whole }, (world) => play(world, server))();
    } finally {
      await server.close();
    }
  });
}

const SCALE = { suspension: { mode: 'scale' } };
const BOTH = { ...SCALE, reinstatement: 'push+scale' };

describe('fast suspension', () => {
  it(
    'suspends when a license lapses and reinstates when it is back, and shows both',
    onCluster([licensed(A)], BOTH, async (world, server) => {
      const stream = world.keda.push(scaledObject(A));
      await stream.received(1);
      world.service.tenants.set(A, expired(A));
      await world.logged(SUSPENDED);
      expect(server.replicas(A, NAME)).to.equal(0);
      expect(await stream.received(2)).to.deep.equal([true, false]);
      expect(await explain(world)).to.include(
        `suspension: scaled: Deployment ${A}/${NAME} was scaled from 3 to 0 replicas, `,
      );

      world.service.tenants.set(A, licensed(A));
      await world.logged(REINSTATED);
      expect(server.replicas(A, NAME)).to.equal(2);
      expect(server.events.map(({ reason, note }) => [reason, note])).to.deep.equal([
        [
          'LicenseSuspended',
          `Deployment ${A}/${NAME} was scaled from 3 to 0 replicas; ${A} is unlicensed: ${describeEnd(server)}`,
        ],
        ['LicenseReinstated', server.events[1]?.note],
      ]);
      await expectShown(world);
    }),
  );

  it(
    'suspends, once, a target that is up when KEDA opens a stream without a license',
    inTime(() =>
      onCluster([expired(A)], SCALE, async (world, server) => {
        const start = Date.now();
        const stream = world.keda.push(scaledObject(A));
        expect(await stream.received(1)).to.deep.equal([false]);
        const asked = [...server.asked];
        if (Date.now() - start >= AFTER_OPEN_MS) throw new TooLate();
        expect(asked).to.deep.equal([]);
        await world.logged(SUSPENDED);
        expect(server.replicas(A, NAME)).to.equal(0);
      })(),
    ),
  );

  it(
    'never acts against a hold: the license service fails, and a period ends meanwhile',
    inTime((until) =>
      onCluster([], SCALE, async (world, server) => {
        const end = Date.now() + until;
        world.service.tenants.set(A, period(A, end - 86_400_000, end));
        const stream = world.keda.push(scaledObject(A));
        await stream.received(1);
        world.service.handler = (_request, response) => response.writeHead(500).end();
        // What was asked before is answered when more has been asked since.
        await world.requests(2);
        if (Date.now() >= end) throw new TooLate();
        await world.until('the period is over', () => Date.now() > end);
        expect(stream.states).to.deep.equal([true]);
        expect(server.asked).to.deep.equal([]);
      })(),
    ),
  );

  it(
    'leaves it to KEDA where a right is missing, says which, and goes on',
    onCluster([licensed(A)], SCALE, async (world, server) => {
      const forbidden = 'deployments.apps "scaled-service" is forbidden';
      server.instead = ({ method }) => (method === 'PATCH' ? refusal(403, forbidden) : undefined);
      const stream = world.keda.push(scaledObject(A));
      await stream.received(1);
      world.service.tenants.set(A, expired(A));
      await world.logged(`suspension of ${A}/${NAME}: failed`);
      const [line] = world.linesWith(`suspension of ${A}/${NAME}: failed`);
      expect(line).to.include({ level: 40 });
      expect(line?.msg).to.include(
        `patch deployments/scale ${A}/${NAME}: the API server answered 403 (${forbidden}): see k8s/components/fast-suspension`,
      );
      expect(await stream.received(2)).to.deep.equal([true, false]);
      expect(await world.keda.poll(scaledObject(A))).to.deep.equal({ active: false, replicas: 0 });
    }),
  );

  it('does not start where it finds no cluster, and says what to do', async () => {
    const starting = World.start({
      config: { ...SCALE, kubernetes: { kubeconfig: '/not/there' } },
    });
    const error: unknown = await starting.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(OperatorError);
    expect((error as Error).message).to.match(/^kubernetes\.kubeconfig \/not\/there can't be read/);
  });

  const modes: readonly (readonly [string, string, boolean])[] = [
    ['does not even load the Kubernetes client in mode poll', '', false],
    ['loads it in mode scale', 'suspension: { mode: scale }\n', true],
  ];
  for (const [title, mode, expected] of modes) {
    it(
      title,
      inTemporaryDirectory(async (directory) => {
        const server = await ApiServer.start();
        try {
          const kubeconfig = await server.kubeconfig(directory);
          const text = `${mode}kubernetes: { kubeconfig: ${kubeconfig} }\n`;
          const scripts = await scriptsOf(directory, text);
          expect(scripts.some((url) => url.endsWith('/dist/src/app.js'))).to.equal(true);
          const ofClient = scripts.filter((url) => url.includes('@kubernetes/client-node'));
          expect(ofClient.length > 0).to.equal(expected);
          expect(scripts.some((url) => url.includes('/dist/src/scaling/'))).to.equal(expected);
          expect(server.asked).to.deep.equal([]);
        } finally {
          await server.close();
        }
      }),
    );
  }
});

function describeEnd({ events }: ApiServer): string {
  return /its license ended \S+$/.exec(String(events[0]?.note))?.[0] ?? 'no end';
}

async function explain({ app }: World): Promise<string> {
  const printed = new Printed();
  const program = printed.program();
  registerExplainCommand(program);
  const url = `http://127.0.0.1:${app.httpPort}`;
  await program.parseAsync(['explain', A, '--url', url], { from: 'user' });
  return printed.out;
}

/** What the metrics and the API say after one suspension and one reinstatement. */
async function expectShown(world: World): Promise<void> {
  const { body: metrics } = await world.get('/metrics');
  for (const direction of ['suspension', 'reinstatement']) {
    const labels = `direction="${direction}"`;
    expect(metrics).to.include(`license_scaler_scale_acts_total{${labels},result="scaled"} 1`);
    expect(metrics).to.include(`license_scaler_scale_latency_seconds_count{${labels}} 1`);
  }
  expect(metrics).to.include('license_scaler_scale_events_failed_total 0');
  const answer = JSON.parse((await world.get(`/api/tenants/${A}`)).body) as {
    scaledObjects: { lastAct: string; lastActAt: string }[];
  };
  expect(answer.scaledObjects[0]).to.include({
    lastAct: `reinstatement: scaled: Deployment ${A}/${NAME} was scaled from 0 to 2 replicas`,
  });
  expect(answer.scaledObjects[0]?.lastActAt).to.match(/^\d{4}-\d\d-\d\dT/);
}

/** The scripts that were evaluated in a run of the program, from its start to its stop. */
async function scriptsOf(directory: string, more: string): Promise<string[]> {
  const licenses = join(directory, 'licenses.json');
  await writeFile(licenses, JSON.stringify([licensed(A)]));
  const config = join(directory, 'config.yaml');
  const listen = 'grpc: { listen: "127.0.0.1:0" }\nhttp: { listen: "127.0.0.1:0" }\n';
  const rest = `licenseFile: { path: ${licenses} }\nshutdown: { delay: 0s }\n`;
  await writeFile(config, `${listen}${rest}${more}`);
  const coverage = join(directory, 'coverage');
  const child = spawn(process.execPath, [MAIN, 'serve', '--config', config], {
    env: { ...process.env, NODE_V8_COVERAGE: coverage },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('serves gRPC')) child.kill('SIGTERM');
  }
  await ended;
  const files = await readdir(coverage);
  const texts = await Promise.all(files.map((file) => readFile(join(coverage, file), 'utf8')));
  return texts.flatMap((text) =>
    (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url),
  );
}
