import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { custody } from './custody.ts';

/** The build. */
const MAIN = new URL('../../dist/src/main.js', import.meta.url).pathname;

const PATIENCE = 20_000;

/** license-scaler in a process of its own, from its build. */
export class Scaler {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #lines: string[] = [];
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  /** Where it serves gRPC. */
  port = 0;
  #httpPort = 0;

  private constructor(configFile: string) {
    const child = spawn(process.execPath, [MAIN, 'serve', '--config', configFile], {
      env: { PATH: process.env.PATH, LICENSE_SCALER_LOG_LEVEL: 'debug' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.#ended = once(child, 'exit');
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#emitter.emit('line');
    });
    child.once('exit', () => this.#emitter.emit('line'));
    const { pid } = child;
    if (pid === undefined) return;
    custody.started(pid);
    child.once('exit', () => {
      custody.ended(pid);
    });
  }

  /**
   * Resolves when it serves.
   *
   * @param folder where its configuration is written
   */
  static async start(folder: string, config: Readonly<Record<string, unknown>>): Promise<Scaler> {
    const file = join(await mkdtemp(join(folder, 'scaler-')), 'config.yaml');
    await writeFile(file, JSON.stringify(config));
    const scaler = new Scaler(file);
    const line = await scaler.logged('serves gRPC');
    const { grpcPort, httpPort } = JSON.parse(line) as { grpcPort: number; httpPort: number };
    scaler.port = grpcPort;
    scaler.#httpPort = httpPort;
    return scaler;
  }

  /** The line, past or to come, that says this for the first time, or for the `count`th. */
  async logged(text: string, count = 1): Promise<string> {
    const signal = AbortSignal.timeout(PATIENCE);
    for (;;) {
      const found = this.#lines.filter((line) => line.includes(text))[count - 1];
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null) {
        throw new Error(`license-scaler ended\n${this.lastLines()}`);
      }
      await once(this.#emitter, 'line', { signal }).catch(() => {
        throw new Error(`license-scaler did not log "${text}"\n${this.lastLines()}`);
      });
    }
  }

  /** Resolves when so many streams of StreamIsActive are open. */
  async openStreams(wanted: number, patience = PATIENCE): Promise<void> {
    const line = `license_scaler_streams_open{method="StreamIsActive"} ${wanted}`;
    const deadline = Date.now() + patience;
    for (;;) {
      const { body } = await request(`http://127.0.0.1:${this.#httpPort}/metrics`);
      const lines = (await body.text()).split('\n');
      if (lines.includes(line)) return;
      await pause(100);
      if (Date.now() > deadline) {
        const found = lines.filter((each) => each.startsWith('license_scaler_streams_open{'));
        throw new Error(`"${line}" was not to be had, but ${found.join(', ')}`);
      }
    }
  }

  lastLines(): string {
    return this.#lines.slice(-10).join('\n');
  }

  /** In order: it says goodbye to KEDA. Resolves with its exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    await this.#ended;
    return this.#child.exitCode;
  }

  /** As a crash ends it. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
