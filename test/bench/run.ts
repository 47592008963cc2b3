/** `npm run bench`: the figures of the scaler as ratios against a bare grpc-js server in the same run. */
import {
  TENANTS,
  type ClientOrder,
  type ClientReport,
  type ServerOrder,
  type ServerReport,
} from './messages.ts';
import { measurePages } from './page-load.ts';
import { Peer } from './peer.ts';
import { print, quantile, row, type Row } from './table.ts';

const SINGLE_CHANGES = 1_000;
const WARM_UP = 2_000;
const MASS_CHANGES = 15;
/** What follows a change, as the log of it, is over before the next one is measured. */
const BREATH_MS = 1_000;
const POLL_ROUNDS = 5;
const POLL_MS = 3_000;
const IDLE_MS = 60_000;
/** After work V8 collects garbage for a while although nothing happens any more. */
const SETTLE_MS = 40_000;

type Client = Peer<ClientOrder, ClientReport>;

interface Server {
  readonly name: string;
  readonly peer: Peer<ServerOrder, ServerReport>;
  readonly port: number;
  readonly httpPort: number;
  bytesPerStream: number;
}

/** Which parts to measure: all, unless some are named. */
const wanted = process.argv.slice(2);
const client: Client = new Peer('client.ts');
const servers = [await start('bare', 'bare-server.ts'), await start('scaler', 'scaler-server.ts')];
const [bare, scaler] = servers as [Server, Server];

for (const server of servers) await openStreams(server);
const parts = {
  single: measureSingleChanges,
  mass: measureMassChanges,
  memory: memoryPerStream,
  poll: measurePolls,
  page: () => measurePages(client, scaler, progress),
  idle: measureIdle,
};
const rows: Row[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await measure()));
}
print(rows);
client.stop();
for (const { peer } of servers) peer.stop();
process.exitCode = rows.every(({ isKept }) => isKept) ? 0 : 1;

async function start(name: string, file: string): Promise<Server> {
  progress(`starting the ${name} server`);
  const peer = new Peer<ServerOrder, ServerReport>(file);
  const { port, httpPort } = await peer.report('listening');
  return { name, peer, port, httpPort, bytesPerStream: 0 };
}

async function openStreams(server: Server): Promise<void> {
  progress(`opening ${TENANTS} streams on the ${server.name} server`);
  const before = await server.peer.ask({ do: 'memory' }, 'memory');
  await client.ask({ do: 'open', port: server.port, streams: TENANTS }, 'open');
  const after = await server.peer.ask({ do: 'memory' }, 'memory');
  server.bytesPerStream = (after.bytes - before.bytes) / TENANTS;
}

/** From what the source saw to the message in the client's hands. */
async function change(
  { peer, port }: Server,
  order: ServerOrder,
  messages: number,
): Promise<number> {
  await client.ask({ do: 'expect', port, messages }, 'expecting');
  const received = client.report('received');
  const changed = await peer.ask(order, 'changed');
  return (await received).at - changed.at;
}

async function measureSingleChanges(): Promise<Row[]> {
  progress(`changing one tenant, ${SINGLE_CHANGES} times on each server in turn`);
  const times = new Map<Server, number[]>(servers.map((server) => [server, []]));
  for (let round = 0; round < SINGLE_CHANGES + WARM_UP; round++) {
    const tenant = (round * 7919) % TENANTS;
    for (const server of servers) {
      const off = await change(server, { do: 'one', tenant, active: false }, 1);
      const on = await change(server, { do: 'one', tenant, active: true }, 1);
      // The first rounds warm both servers up.
      if (round >= WARM_UP) times.get(server)?.push(off, on);
    }
  }
  const at = (server: Server, share: number): number => quantile(times.get(server) ?? [], share);
  return [
    row('one tenant changes, p50, ms', at(scaler, 0.5), at(bare, 0.5), 1.5),
    row('one tenant changes, p99, ms', at(scaler, 0.99), at(bare, 0.99), undefined),
  ];
}

async function measureMassChanges(): Promise<Row[]> {
  progress(`changing all ${TENANTS} tenants, ${MASS_CHANGES} times on each server in turn`);
  const times = new Map<Server, number[]>(servers.map((server) => [server, []]));
  let active = true;
  for (let round = 0; round < MASS_CHANGES + 4; round++) {
    active = !active;
    for (const server of servers) {
      await pause(BREATH_MS);
      const took = await change(server, { do: 'all', active }, TENANTS);
      if (round >= 4) times.get(server)?.push(took);
    }
  }
  const last = (server: Server): number => quantile(times.get(server) ?? [], 0.5);
  const blocks: number[] = [];
  for (let round = 0; round < 4; round++) {
    active = !active;
    for (const server of servers) {
      await pause(BREATH_MS);
      server.peer.send({ do: 'watch-loop' });
      await change(server, { do: 'all', active }, TENANTS);
      const { ms } = await server.peer.ask({ do: 'longest-block' }, 'longest-block');
      blocks.push(ms);
    }
  }
  // The parts that follow begin with tenants that are active.
  if (!active) {
    for (const server of servers) await change(server, { do: 'all', active: true }, TENANTS);
  }
  const blockOf = (parity: number): number =>
    Math.max(...blocks.filter((_, index) => index % 2 === parity));
  return [
    row('all tenants change, last one received, ms', last(scaler), last(bare), 1),
    {
      ...row(
        'all tenants change, longest block of the event loop, ms',
        blockOf(1),
        blockOf(0),
        undefined,
      ),
      measured: blockOf(1),
      limit: '<= 10 ms',
      isKept: blockOf(1) <= 10,
    },
  ];
}

function memoryPerStream(): Row[] {
  const [ours, theirs] = [scaler.bytesPerStream / 1024, bare.bytesPerStream / 1024];
  return [row('memory per stream, KiB', ours, theirs, 1.5)];
}

async function measurePolls(): Promise<Row[]> {
  progress(`KEDA's poll at concurrency 50, ${POLL_ROUNDS} times on each server in turn`);
  const rates = new Map<Server, number[]>(servers.map((server) => [server, []]));
  for (let round = 0; round < POLL_ROUNDS; round++) {
    for (const server of servers) {
      const order = { do: 'poll', port: server.port, concurrency: 50, ms: POLL_MS } as const;
      const { polls, ms } = await client.ask(order, 'polled');
      rates.get(server)?.push((polls * 3 * 1000) / ms);
    }
  }
  const rate = (server: Server): number => quantile(rates.get(server) ?? [], 0.5);
  const [ours, theirs] = [rate(scaler), rate(bare)];
  return [
    {
      what: "KEDA's poll, calls per second",
      scaler: ours.toFixed(0),
      bare: theirs.toFixed(0),
      measured: ours / theirs,
      limit: '>= 0.8x',
      isKept: ours / theirs >= 0.8,
    },
  ];
}

async function measureIdle(): Promise<Row[]> {
  progress(`${TENANTS} idle streams for ${IDLE_MS / 1000} s`);
  const count = async (): Promise<number> =>
    (await client.ask({ do: 'count', port: scaler.port }, 'count')).messages;
  const cpu = async ({ peer }: Server): Promise<number> =>
    (await peer.ask({ do: 'cpu' }, 'cpu')).ms;
  await pause(SETTLE_MS);
  const before = { messages: await count(), scaler: await cpu(scaler), bare: await cpu(bare) };
  await pause(IDLE_MS);
  const after = { scaler: await cpu(scaler), bare: await cpu(bare), messages: await count() };
  const share = (ms: number): number => (ms / IDLE_MS) * 100;
  const messages = after.messages - before.messages;
  const ours = share(after.scaler - before.scaler);
  return [
    {
      what: 'idle, messages in 60 s',
      scaler: String(messages),
      bare: '-',
      measured: messages,
      limit: '0',
      isKept: messages === 0,
    },
    {
      what: 'idle, CPU, % of a core',
      scaler: ours.toFixed(2),
      bare: share(after.bare - before.bare).toFixed(2),
      measured: ours,
      limit: '<= 0.5 %',
      isKept: ours <= 0.5,
    },
  ];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
