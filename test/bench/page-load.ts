/** What open status pages cost those who wait for a push. */
import {
  TENANTS,
  monotonicMs,
  type ClientOrder,
  type ClientReport,
  type PagesOrder,
  type PagesReport,
  type ServerOrder,
  type ServerReport,
} from './messages.ts';
import { Peer } from './peer.ts';
import { quantile, row, type Row } from './table.ts';

const PAGES = 50;
/** With and without pages in turn, so that what else the machine does concerns both. */
const STRETCHES = 4;
const STRETCH_MS = 30_000;
const SETTLE_MS = 3_000;
/** Between two changes, on average. */
const GAP_MS = 8;

interface Scaler {
  readonly peer: Peer<ServerOrder, ServerReport>;
  readonly port: number;
  readonly httpPort: number;
}

type Client = Peer<ClientOrder, ClientReport>;

/** Changes one tenant at a time, at moments that have nothing to do with what the pages ask for. */
export async function measurePages(
  client: Client,
  scaler: Scaler,
  progress: (line: string) => void,
): Promise<Row[]> {
  progress(`changing one tenant, with ${PAGES} pages open and with none in turn`);
  const pages = new Peer<PagesOrder, PagesReport>('pages.ts');
  const [without, within]: [number[], number[]] = [[], []];
  await changeFor(client, scaler, STRETCH_MS);
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    without.push(...(await changeFor(client, scaler, STRETCH_MS)));
    await pages.ask({ do: 'open', httpPort: scaler.httpPort, pages: PAGES }, 'loaded');
    await changeFor(client, scaler, SETTLE_MS);
    within.push(...(await changeFor(client, scaler, STRETCH_MS)));
    const { requests, events } = await pages.ask({ do: 'close' }, 'closed');
    progress(`the pages asked ${requests} times and were sent ${events} events`);
    await changeFor(client, scaler, SETTLE_MS);
  }
  pages.stop();
  const at = (share: number): [number, number] => [
    quantile(within, share),
    quantile(without, share),
  ];
  return [
    row(`one tenant changes, p50, ms, ${PAGES} pages open | none`, ...at(0.5), undefined),
    row(`one tenant changes, p99, ms, ${PAGES} pages open | none`, ...at(0.99), 1.2),
  ];
}

async function changeFor(client: Client, scaler: Scaler, ms: number): Promise<number[]> {
  const times: number[] = [];
  for (const end = monotonicMs() + ms; monotonicMs() < end;) {
    const tenant = Math.floor(Math.random() * TENANTS);
    for (const active of [false, true]) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 * GAP_MS));
      times.push(await change(client, scaler, { do: 'one', tenant, active }));
    }
  }
  return times;
}

/**
 * From the order, and not from when the server got round to it: a server that is busy is what is looked for. What
 * the two processes waited for a core, because others have them, is no time of theirs.
 */
async function change(client: Client, { peer, port }: Scaler, order: ServerOrder): Promise<number> {
  await client.ask({ do: 'expect', port, messages: 1 }, 'expecting');
  const received = client.report('received');
  const changed = peer.report('changed');
  const waited = peer.waited() + client.waited();
  const at = monotonicMs();
  peer.send(order);
  await changed;
  const took = (await received).at - at;
  return Math.max(0, took - (peer.waited() + client.waited() - waited));
}
