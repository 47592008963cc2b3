import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePorts } from './processes/ports.ts';
import type { Scaler } from './scaler.ts';

/** How often it looks who is ready. */
const PROBE = 200;

/**
 * One address for several scalers, as a Service with a cluster IP is: each new connection goes to one that
 * is ready and stays there; where none is ready, connections are refused.
 */
export class Balancer {
  /** What a ScaledObject calls `scalerAddress`. */
  readonly address: string;
  readonly #port: number;
  readonly #scalers: readonly Scaler[];
  #ready: readonly Scaler[] = [];
  #server: Server | undefined;
  #next = 0;
  readonly #clients = new Set<Socket>();
  #probing: NodeJS.Timeout | undefined;

  private constructor(port: number, scalers: readonly Scaler[]) {
    this.address = `127.0.0.1:${port}`;
    this.#port = port;
    this.#scalers = scalers;
  }

  static async start(scalers: readonly Scaler[]): Promise<Balancer> {
    const [port = 0] = await freePorts(1);
    const balancer = new Balancer(port, scalers);
    await balancer.#probe();
    return balancer;
  }

  stop(): void {
    clearTimeout(this.#probing);
    this.#server?.close();
    this.#server = undefined;
  }

  /** Ends every connection; the next ones go on in turn, so with two scalers from each to the other. */
  cut(): void {
    for (const client of this.#clients) client.destroy();
  }

  async #probe(): Promise<void> {
    const answers = await Promise.all(this.#scalers.map((scaler) => scaler.isReady()));
    this.#ready = this.#scalers.filter((_, index) => answers[index]);
    if (this.#ready.length > 0) await this.#open();
    else this.#close();
    this.#probing = setTimeout(() => void this.#probe(), PROBE);
  }

  async #open(): Promise<void> {
    if (this.#server !== undefined) return;
    this.#server = createServer((client) => {
      this.#forward(client);
    });
    this.#server.listen(this.#port, '127.0.0.1').unref();
    await once(this.#server, 'listening');
  }

  #close(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  #forward(client: Socket): void {
    const scaler = this.#ready[this.#next++ % this.#ready.length];
    if (scaler === undefined) {
      client.destroy();
      return;
    }
    this.#clients.add(client);
    client.on('close', () => this.#clients.delete(client));
    const [host, port] = scaler.address.split(':');
    const server = connect(Number(port), host);
    client.pipe(server).pipe(client);
    for (const end of [client, server]) {
      end.on('error', () => {
        client.destroy();
        server.destroy();
      });
      end.on('close', () => {
        client.destroy();
        server.destroy();
      });
    }
  }
}
