import { LicenseService, type LicenseRecord } from '../e2e/world.ts';
import type { KedaVersion } from './build/go-programs.ts';
import { custody } from './custody.ts';
import { Gateway } from './gateway.ts';
import { Operator } from './operator.ts';
import { Scaler } from './scaler.ts';

/** A section that is undefined is left out. */
type Sections = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

export interface KedaWorldOptions {
  readonly licenses?: readonly LicenseRecord[];
  /** Laid over the configuration, section by section; a function is given the folder of the world. */
  readonly config?: Sections | ((folder: string) => Sections | Promise<Sections>);
  /** Whether the license service is up before the scaler starts. */
  readonly isServiceUp?: boolean;
}

/** A license service, license-scaler's build behind an address that stays, and KEDA's own client. */
export class KedaWorld {
  readonly service = new LicenseService();
  readonly gateway = new Gateway();
  readonly folder: string;
  readonly #version: KedaVersion;
  readonly #closing: (() => unknown)[] = [];
  #config: Sections = {};
  operator!: Operator;
  /** The scaler that new connections go to. */
  scaler!: Scaler;

  private constructor(version: KedaVersion, folder: string) {
    this.#version = version;
    this.folder = folder;
    this.#closing.push(() => custody.removeFolder(folder));
  }

  static async start(version: KedaVersion, options: KedaWorldOptions): Promise<KedaWorld> {
    const folder = await custody.createFolder('license-scaler-keda-');
    const world = new KedaWorld(version, folder);
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
  }: KedaWorldOptions): Promise<void> {
    for (const license of licenses) this.service.tenants.set(license.id, license);
    await this.service.listen();
    this.#closing.push(() => this.service.stop());
    if (!isServiceUp) await this.service.stop();
    await this.gateway.listen();
    this.#closing.push(() => this.gateway.close());
    this.#config = typeof config === 'function' ? await config(this.folder) : config;
    await this.startScaler();
    this.operator = this.startOperator();
  }

  /** One more scaler, which new connections go to from now on; the one before goes on. */
  async startScaler(overlay: Sections = {}): Promise<Scaler> {
    const sections: Sections = {
      grpc: { listen: '127.0.0.1:0' },
      http: { listen: '127.0.0.1:0' },
      licenseService: { url: this.service.url, interval: '100ms', timeout: '5s' },
      push: { repeats: [] },
      shutdown: { delay: '0s', deadline: '5s' },
    };
    const scaler = await Scaler.start(this.folder, laid(laid(sections, this.#config), overlay));
    this.#closing.push(() => scaler.kill());
    this.gateway.targetPort = scaler.port;
    this.scaler = scaler;
    return scaler;
  }

  /** One more operator of KEDA, with a connection of its own. */
  startOperator(): Operator {
    const operator = new Operator(this.#version, this.gateway.address);
    this.#closing.push(() => operator.close());
    return operator;
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close();
  }
}

/** A test in a world of its own, which is taken down whatever happens. Where it fails, the scaler's last words are shown. */
export function inKedaWorld(
  version: KedaVersion,
  options: KedaWorldOptions,
  play: (world: KedaWorld) => Promise<void>,
) {
  return async (): Promise<void> => {
    const world = await KedaWorld.start(version, options);
    try {
      await play(world);
    } catch (error) {
      if (error instanceof Error) error.message += `\n${world.scaler.lastLines()}\n`;
      throw error;
    } finally {
      await world.close();
    }
  };
}

function laid(base: Sections, overlay: Sections): Sections {
  const entries = Object.entries(overlay).map(
    ([name, section]) => [name, section && { ...base[name], ...section }] as const,
  );
  return { ...base, ...Object.fromEntries(entries) };
}
