import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Notice } from './orphanage.ts';

/** Sees to it that what was started and created ends with this process, even where it is killed. */
export class Custody {
  readonly #orphanage: ChildProcess;

  constructor() {
    const program = new URL('orphanage.ts', import.meta.url);
    // Detached, so that a Ctrl-C does not end it with the harness.
    this.#orphanage = fork(program, {
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#orphanage.unref();
    this.#orphanage.channel?.unref();
  }

  started(pid: number): void {
    this.#tell({ is: 'started', pid });
  }

  ended(pid: number): void {
    this.#tell({ is: 'ended', pid });
  }

  /** @param prefix of its name, in the folder for temporary files */
  async createFolder(prefix: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), prefix));
    this.#tell({ is: 'created', folder });
    return folder;
  }

  async removeFolder(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
    this.#tell({ is: 'removed', folder });
  }

  /** To be called when nothing is left. */
  close(): void {
    if (this.#orphanage.connected) this.#orphanage.disconnect();
  }

  #tell(notice: Notice): void {
    if (this.#orphanage.connected) this.#orphanage.send(notice);
  }
}
