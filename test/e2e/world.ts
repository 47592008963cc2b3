/** A whole world for one test: a license service, files, license-scaler as it is served, and KEDA. */
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile, rename } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { startApp, type App } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { Keda, type KedaOptions } from '../helpers/keda.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';

const DAY = 86_400_000;

/** A license record as the license service has it. */
export interface LicenseRecord extends Record<string, unknown> {
  readonly id: string;
}

export function licensed(id: string, more: Record<string, unknown> = {}): LicenseRecord {
  return period(id, Date.now() - DAY, Date.now() + DAY, more);
}

export function expired(id: string): LicenseRecord {
  return period(id, Date.now() - 2 * DAY, Date.now() - DAY);
}

export function period(
  id: string,
  start: number,
  end: number,
  more: Record<string, unknown> = {},
): LicenseRecord {
  return {
    id,
    name: id,
    services: ['scaled-service'],
    period_start: new Date(start).toISOString(),
    period_end: new Date(end).toISOString(),
    ...more,
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The license service of the exercise: answers by tenant, and in any other way that a test wants. */
export class LicenseService {
  readonly tenants = new Map<string, LicenseRecord>();
  /** In place of the regular answer, while it is set. */
  handler: Handler | undefined;
  readonly #server: Server = createServer((request, response) => {
    this.requests++;
    this.onRequest();
    (this.handler ?? this.#answer)(request, response);
  });
  requests = 0;
  onRequest = (): void => undefined;
  #port = 0;

  readonly #answer: Handler = ({ url = '' }, response) => {
    const tenant = this.tenants.get(decodeURIComponent(url.replace('/licenses/', '')));
    if (tenant === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Tenant not found');
    } else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ tenant }));
    }
  };

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** As if it had been scaled to 0; `listen` brings it back at the same address. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

export interface WorldOptions {
  readonly licenses?: readonly LicenseRecord[];
  /** Laid over the configuration, section by section. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Whether the license service is up before the scaler starts. */
  readonly isServiceUp?: boolean;
  readonly keda?: KedaOptions;
}

/** The interval at which the license service is asked, in these tests. */
const INTERVAL = '100ms';
/** Time-outs that no test sees; a test of a time-out sets its own. */
const LONG = `${PATIENCE_MS}ms`;

export class World {
  readonly service = new LicenseService();
  readonly lines: Record<string, unknown>[] = [];
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #closing: (() => unknown)[] = [];
  keda!: Keda;
  app!: App;
  folder = '';

  static async start(options: WorldOptions = {}): Promise<World> {
    const world = new World();
    try {
      await world.#start(options);
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  async #start({
    licenses = [],
    config = {},
    isServiceUp = true,
    keda,
  }: WorldOptions): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'license-scaler-test-'));
    this.#closing.push(() => rm(this.folder, { recursive: true }));
    for (const license of licenses) this.service.tenants.set(license.id, license);
    await this.service.listen();
    this.#closing.push(() => this.service.stop());
    if (!isServiceUp) await this.service.stop();
    await this.override({});
    this.app = await this.#startApp(config);
    this.keda = this.connect(this.app, keda);
  }

  async #startApp(overlay: Readonly<Record<string, unknown>>): Promise<App> {
    const base = {
      grpc: { listen: '127.0.0.1:0' },
      http: { listen: '127.0.0.1:0' },
      licenseService: { url: this.service.url, interval: INTERVAL, timeout: LONG },
      overridesFile: { path: this.overridesPath },
      push: { repeats: [] },
      shutdown: { delay: '0s', deadline: LONG },
    };
    const file = join(this.folder, 'config.yaml');
    await writeFile(file, JSON.stringify(merged(base, overlay)));
    this.service.onRequest = () => this.#events.emit('something');
    const sink = new Writable({
      write: (line: Buffer, _encoding, done) => {
        this.lines.push(JSON.parse(line.toString()) as Record<string, unknown>);
        this.#events.emit('something');
        done();
      },
    });
    const logger = pino({ level: 'debug' }, sink);
    const app = await startApp(await loadConfig({ file, env: {} }), logger, { version: 'test' });
    this.#closing.push(() => app.stop());
    return app;
  }

  /** A second scaler in the same world, and KEDA connected to it. */
  async startAnother(config: Readonly<Record<string, unknown>>): Promise<Keda> {
    return this.connect(await this.startReplica(config));
  }

  /** A second scaler in the same world. */
  startReplica(config: Readonly<Record<string, unknown>>): Promise<App> {
    return this.#startApp(config);
  }

  /** One more operator of KEDA. */
  connect({ grpcPort }: App, options?: KedaOptions): Keda {
    const keda = new Keda(`127.0.0.1:${grpcPort}`, { firstRetryMs: 50, ...options });
    this.#closing.push(() => {
      keda.close();
    });
    return keda;
  }

  /** Resolves when it holds; looked at whenever something is logged or asked for. Rejects after PATIENCE_MS. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!holds()) {
      await once(this.#events, 'something', { signal }).catch(() => {
        throw new Error(`not in time: ${what}; the log: ${JSON.stringify(this.lines.slice(-5))}`);
      });
    }
  }

  /** Resolves when so many more requests have come to the license service. */
  async requests(more: number): Promise<void> {
    const wanted = this.service.requests + more;
    await this.until(`${more} more requests`, () => this.service.requests >= wanted);
  }

  /** Resolves when a line with this in its message has been logged, `count` times in all. */
  async logged(text: string, count = 1): Promise<void> {
    await this.until(`"${text}" logged`, () => this.linesWith(text).length >= count);
  }

  linesWith(text: string): Record<string, unknown>[] {
    return this.lines.filter(({ msg }) => String(msg).includes(text));
  }

  get overridesPath(): string {
    return join(this.folder, 'overrides.yaml');
  }

  /** Replaces the overrides file, as an editor does. */
  async override(overrides: Readonly<Record<string, unknown>>): Promise<void> {
    await writeFile(`${this.overridesPath}.new`, JSON.stringify({ overrides }));
    await rename(`${this.overridesPath}.new`, this.overridesPath);
  }

  /** Something that the side port shows. */
  async get(path: string): Promise<{ status: number; body: string }> {
    const response = await fetch(`http://127.0.0.1:${this.app.httpPort}${path}`);
    return { status: response.status, body: await response.text() };
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close();
  }
}

function merged(
  base: Readonly<Record<string, unknown>>,
  overlay: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const isSection = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = Object.entries(overlay).map(([key, value]) => {
    const under = base[key];
    return [key, isSection(value) && isSection(under) ? { ...under, ...value } : value];
  });
  return { ...base, ...(Object.fromEntries(entries) as Record<string, unknown>) };
}
