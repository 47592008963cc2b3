import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { request } from 'undici';
import type { LicenseRecord } from '../e2e/world.ts';
import type { ManagedProcess, Program } from './processes/managed-process.ts';
import { freePorts } from './processes/ports.ts';
import { answering } from './processes/ready.ts';
import type { Stage } from './processes/stage.ts';
import { licenseScaler } from './scaler.ts';

/**
 * The license service that comes with license-scaler, as a process of its own. Its answers pass through
 * the harness, which so knows when each was given.
 */
export class LicenseServiceProcess {
  /** Where license-scaler is to ask. */
  readonly url: string;
  readonly #stage: Stage;
  readonly #file: string;
  readonly #program: Program;
  readonly #relay: Server;
  readonly #ports: { readonly relay: number; readonly service: number };
  /** By path. */
  readonly #latest = new Map<string, { readonly text: string; readonly since: number }>();
  #process!: ManagedProcess;

  private constructor(stage: Stage, [relay, service]: readonly [number, number]) {
    this.url = `http://127.0.0.1:${relay}`;
    this.#stage = stage;
    this.#file = join(stage.folder, 'tenants.json');
    this.#ports = { relay, service };
    const args = ['license-service', '--file', this.#file, '--listen', `127.0.0.1:${service}`];
    this.#program = licenseScaler('license-service', args);
    this.#relay = createServer((asked, response) => {
      void this.#pass(asked, response);
    });
  }

  static async start(
    stage: Stage,
    licenses: readonly LicenseRecord[],
  ): Promise<LicenseServiceProcess> {
    const service = new LicenseServiceProcess(stage, (await freePorts(2)) as [number, number]);
    await service.write(licenses);
    await service.start();
    return service;
  }

  /** What it answers from now on. */
  async write(licenses: readonly LicenseRecord[]): Promise<void> {
    await writeFile(`${this.#file}.new`, JSON.stringify(licenses));
    await rename(`${this.#file}.new`, this.#file);
  }

  /** When it first gave the answer about the tenant that it has given since, in milliseconds since 1970. */
  answered(tenant: string): number {
    return this.#answered(`/licenses/${tenant}`);
  }

  /** The same of the list of all tenants. */
  answeredAll(): number {
    return this.#answered('/licenses');
  }

  /** Again, at the same address. */
  async start(): Promise<void> {
    this.#process = this.#stage.start(this.#program);
    await answering(this.#process, `http://127.0.0.1:${this.#ports.service}/ping`);
    this.#relay.listen(this.#ports.relay, '127.0.0.1').unref();
    await once(this.#relay, 'listening');
  }

  /** As if it had been scaled to 0: nobody listens any more. */
  async stop(): Promise<void> {
    const closed = once(this.#relay, 'close');
    this.#relay.close();
    this.#relay.closeAllConnections();
    await closed;
    await this.#process.stop();
  }

  #answered(path: string): number {
    const answer = this.#latest.get(path);
    if (answer === undefined) throw new Error(`nobody has asked for ${path}`);
    return answer.since;
  }

  async #pass({ url: path = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await request(`http://127.0.0.1:${this.#ports.service}${path}`);
      const text = await answer.body.text();
      if (this.#latest.get(path)?.text !== text) {
        this.#latest.set(path, { text, since: Date.now() });
      }
      const type = String(answer.headers['content-type']);
      response.writeHead(answer.statusCode, { 'content-type': type }).end(text);
    } catch {
      response.destroy();
    }
  }
}
