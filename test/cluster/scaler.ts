import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'undici';
import type { ManagedProcess, Program } from './processes/managed-process.ts';
import { freePorts } from './processes/ports.ts';
import { answering } from './processes/ready.ts';
import type { Stage } from './processes/stage.ts';

/** The build. */
const MAIN = new URL('../../dist/src/main.js', import.meta.url).pathname;

/** One of license-scaler's commands as a program. */
export function licenseScaler(name: string, args: readonly string[]): Program {
  return { name, file: process.execPath, args: [MAIN, ...args] };
}

/** license-scaler as it is run in a cluster, from its build. */
export class Scaler {
  /** What a ScaledObject calls `scalerAddress`. */
  readonly address: string;
  readonly #stage: Stage;
  readonly #program: Program;
  readonly #side: string;
  readonly #configFile: string;
  #process!: ManagedProcess;

  private constructor(stage: Stage, name: string, grpc: string, http: string) {
    this.address = grpc;
    this.#stage = stage;
    this.#configFile = join(stage.folder, `${name}.yaml`);
    this.#program = licenseScaler(name, ['serve', '--config', this.#configFile]);
    this.#side = `http://${http}`;
  }

  /**
   * @param config all but where it listens; what is not in it has its default
   * @param name of its log, where there are several
   */
  static async start(stage: Stage, config: ScalerConfig, name = 'license-scaler'): Promise<Scaler> {
    const [grpc = '', http = ''] = (await freePorts(2)).map((port) => `127.0.0.1:${port}`);
    const scaler = new Scaler(stage, name, grpc, http);
    await scaler.configure(config);
    await scaler.start();
    return scaler;
  }

  /** From its next start on. */
  async configure(config: ScalerConfig): Promise<void> {
    const listening = {
      grpc: { ...(config.grpc as object | undefined), listen: this.address },
      http: { listen: new URL(this.#side).host },
    };
    await writeFile(this.#configFile, JSON.stringify({ ...config, ...listening }));
  }

  /** Again, at the same address. */
  async start(): Promise<void> {
    this.#process = this.#stage.start(this.#program);
    await answering(this.#process, `${this.#side}/readyz`);
  }

  /** In order: it says goodbye to KEDA. */
  stop(): Promise<void> {
    return this.#process.stop();
  }

  /** As a crash ends it. */
  kill(): Promise<void> {
    return this.#process.kill();
  }

  /** Whether a Service would send somebody to it. */
  async isReady(): Promise<boolean> {
    const answer = await this.#get('/readyz');
    return answer?.status === 200;
  }

  /** How many streams of StreamIsActive it has; none where it does not run. */
  async openStreams(): Promise<number> {
    return (await this.#metrics('license_scaler_streams_open{method="StreamIsActive"}'))[0] ?? 0;
  }

  /** How many unary calls it has answered since its start. */
  async answeredCalls(method: string): Promise<number> {
    const counts = await this.#metrics(
      `license_scaler_unary_call_duration_seconds_count{method="${method}"`,
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** How many acts on the scale of a target ended so, since its start. */
  async scaleActs(direction: string, result: string): Promise<number> {
    const [count] = await this.#metrics(
      `license_scaler_scale_acts_total{direction="${direction}",result="${result}"}`,
    );
    return count ?? 0;
  }

  /** The values of all metrics that begin so. */
  async #metrics(start: string): Promise<number[]> {
    const answer = await this.#get('/metrics');
    const lines = (answer?.body ?? '').split('\n').filter((line) => line.startsWith(start));
    return lines.map((line) => Number(line.slice(line.lastIndexOf(' '))));
  }

  async #get(path: string): Promise<{ status: number; body: string } | undefined> {
    try {
      const { statusCode, body } = await request(`${this.#side}${path}`);
      return { status: statusCode, body: await body.text() };
    } catch {
      // It does not run.
      return undefined;
    }
  }
}

export type ScalerConfig = Readonly<Record<string, unknown>>;
