/** What the processes of the benchmark tell one another. Instants are of the machine's monotonic clock, in ms. */

/** To a server. */
export type ServerOrder =
  /** One tenant changes. */
  | { readonly do: 'one'; readonly tenant: number; readonly active: boolean }
  /** Every tenant changes. */
  | { readonly do: 'all'; readonly active: boolean }
  | { readonly do: 'memory' }
  | { readonly do: 'cpu' }
  /** Watch how long the event loop is held, until `longest-block` is asked for. */
  | { readonly do: 'watch-loop' }
  | { readonly do: 'longest-block' };

/** From a server. */
export type ServerReport =
  | { readonly is: 'listening'; readonly port: number; readonly httpPort: number }
  /** When the change was seen by the server's source. */
  | { readonly is: 'changed'; readonly at: number }
  | { readonly is: 'memory'; readonly bytes: number }
  | { readonly is: 'cpu'; readonly ms: number }
  | { readonly is: 'longest-block'; readonly ms: number };

/** To the client. */
export type ClientOrder =
  | { readonly do: 'open'; readonly port: number; readonly streams: number }
  /** Report when so many messages have arrived since the last order. */
  | { readonly do: 'expect'; readonly port: number; readonly messages: number }
  | { readonly do: 'count'; readonly port: number }
  /** KEDA's poll, over and over. */
  | {
      readonly do: 'poll';
      readonly port: number;
      readonly concurrency: number;
      readonly ms: number;
    };

/** From the client. */
export type ClientReport =
  | { readonly is: 'open' }
  | { readonly is: 'expecting' }
  /** When the last of the expected messages arrived. */
  | { readonly is: 'received'; readonly at: number }
  | { readonly is: 'count'; readonly messages: number }
  | { readonly is: 'polled'; readonly polls: number; readonly ms: number };

/** To the status pages. */
export type PagesOrder =
  | { readonly do: 'open'; readonly httpPort: number; readonly pages: number }
  | { readonly do: 'close' };

/** From the status pages. */
export type PagesReport =
  /** Every page has loaded all that it shows. */
  | { readonly is: 'loaded' }
  /** What they asked for since they were opened, and how many events they were sent. */
  | { readonly is: 'closed'; readonly requests: number; readonly events: number };

/** The machine's monotonic clock: the same for every process. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export const TENANTS = 10_000;

/** The namespace, and so the tenant, of a stream. */
export function tenantName(index: number): string {
  return `tenant-${index}`;
}
