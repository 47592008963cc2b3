/**
 * What the program needs of memory and CPU, for the requests and limits of its manifests: the built program and its
 * license service, each a process of its own, and KEDA's streams on one connection.
 *
 *     npm run build && node --import tsx test/bench/footprint.ts [interval [streams ...]]
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { credentials } from '@grpc/grpc-js';
import { ExternalScalerClient, type ScaledObjectRef } from '../../generated/externalscaler.ts';
import { freePorts } from '../cluster/processes/ports.ts';

const [interval = '30s', ...counts] = process.argv.slice(2);
const STREAMS = counts.length > 0 ? counts.map(Number) : [100, 1_000, 10_000];
const MOST = Math.max(...STREAMS);
const STEADY_MS = 20_000;
const POLL_MS = 5_000;
const [GRPC, HTTP, LICENSES] = (await freePorts(3)).map((port) => `127.0.0.1:${port}`) as [
  string,
  string,
  string,
];

/** What the program's own metrics say of it. */
interface Sample {
  /** Resident, and of that V8's heap. */
  readonly bytes: number;
  readonly heapBytes: number;
  readonly cpuSeconds: number;
  readonly unlicensed: number;
}

const folder = await mkdtemp(join(tmpdir(), 'license-scaler-footprint-'));
const [config, tenants] = [join(folder, 'config.yaml'), join(folder, 'tenants.json')];
await writeFile(tenants, tenantList(2099));
await writeFile(
  config,
  `grpc: { listen: ${GRPC} }
http: { listen: ${HTTP} }
licenseService: { url: http://${LICENSES}, interval: ${interval} }
`,
);
const licenses = run('license-service', '--file', tenants, '--listen', LICENSES);
const scaler = run('serve', '--config', config);
const client = new ExternalScalerClient(GRPC, credentials.createInsecure());
try {
  await measure();
} finally {
  client.close();
  for (const child of [scaler, licenses]) child.kill();
  await rm(folder, { recursive: true });
}

async function measure(): Promise<void> {
  await until(async () => (await fetch(`http://${HTTP}/readyz`)).ok);
  process.stdout.write(`Node.js ${process.version}, licenses are asked for every ${interval}\n`);
  await during('no stream', () => pause(STEADY_MS));
  let open = 0;
  for (const streams of STREAMS) {
    await during(`opening ${streams - open} streams`, () => openStreams(open, streams));
    open = streams;
    await during(`${open} streams`, () => pause(STEADY_MS));
  }
  await during("KEDA's poll at full speed", pollAtFullSpeed);
  await during('every license ends', async () => {
    await writeFile(tenants, tenantList(2001));
    await until(async () => (await sample()).unlicensed >= open);
  });
  await during('afterwards', () => pause(STEADY_MS));
}

/** Prints the most memory and the mean CPU while something goes on. */
async function during(what: string, work: () => Promise<unknown>): Promise<void> {
  const [startedAt, samples] = [performance.now(), [await sample()]];
  const working = work().then(() => true);
  while (!(await Promise.race([working, pause(500, false)]))) samples.push(await sample());
  const [before, after] = [samples[0], await sample()];
  const spent = after.cpuSeconds - (before?.cpuSeconds ?? 0);
  const cores = (spent * 1000) / (performance.now() - startedAt);
  const most = [...samples, after].reduce((a, b) => (a.bytes > b.bytes ? a : b));
  const [rss, heap] = [most.bytes, most.heapBytes].map((bytes) => (bytes / 2 ** 20).toFixed(0));
  process.stdout.write(
    `${what.padEnd(28)} RSS ${rss?.padStart(4)} MiB, heap ${heap?.padStart(4)} MiB, CPU ${cores.toFixed(3)} cores\n`,
  );
}

async function sample(): Promise<Sample> {
  const text = await (await fetch(`http://${HTTP}/metrics`)).text();
  const value = (name: string): number =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')[1] ?? 0,
    );
  return {
    bytes: value('process_resident_memory_bytes'),
    heapBytes: value('nodejs_heap_size_total_bytes'),
    cpuSeconds: value('process_cpu_seconds_total'),
    unlicensed: value('license_scaler_tenants{standing="unlicensed"}'),
  };
}

/** Opens streams from one number up to another, and waits for the first message of each. */
async function openStreams(from: number, to: number): Promise<void> {
  const opened = Array.from({ length: to - from }, (_, index) => {
    const call = client.streamIsActive(ref(from + index));
    // They are cut off at the end.
    call.on('error', () => undefined);
    return new Promise<void>((resolve) => {
      call.on('data', () => {
        resolve();
      });
    });
  });
  await Promise.all(opened);
}

async function pollAtFullSpeed(): Promise<void> {
  const end = performance.now() + POLL_MS;
  const worker = async (_: unknown, first: number): Promise<void> => {
    for (let tenant = first; performance.now() < end; tenant = (tenant + 50) % MOST) {
      const scaledObjectRef = ref(tenant);
      await new Promise((done) => client.getMetricSpec(scaledObjectRef, done));
      await new Promise((done) => client.getMetrics({ scaledObjectRef, metricName: '' }, done));
      await new Promise((done) => client.isActive(scaledObjectRef, done));
    }
  };
  await Promise.all(Array.from({ length: 50 }, worker));
}

function ref(tenant: number): ScaledObjectRef {
  return { name: 'scaled-service', namespace: `tenant-${tenant}`, scalerMetadata: {} };
}

function tenantList(lastYear: number): string {
  const record = (_: unknown, tenant: number): unknown => ({
    id: `tenant-${tenant}`,
    name: `Tenant ${tenant}`,
    services: ['scaled-service'],
    period_start: '2000-01-01T00:00:00Z',
    period_end: `${lastYear}-12-31T00:00:00Z`,
  });
  return JSON.stringify(Array.from({ length: MOST }, record));
}

function run(...args: string[]): ChildProcess {
  const main = new URL('../../dist/src/main.js', import.meta.url).pathname;
  return spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) await pause(200);
}
