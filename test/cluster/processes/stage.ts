import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Custody } from './custody.ts';
import { ManagedProcess, type Program } from './managed-process.ts';

/** A folder and the processes that run in it. Whatever happens, both are gone when the harness is. */
export class Stage {
  /** For the files of the run. */
  readonly folder: string;
  readonly #custody: Custody;
  readonly #processes: ManagedProcess[] = [];

  private constructor(folder: string, custody: Custody) {
    this.folder = folder;
    this.#custody = custody;
  }

  static async open(): Promise<Stage> {
    const custody = new Custody();
    const stage = new Stage(await custody.createFolder('license-scaler-cluster-'), custody);
    await mkdir(join(stage.folder, 'logs'));
    return stage;
  }

  /** Starts a program; started once more, its log goes on in the same file. */
  start(program: Program): ManagedProcess {
    const logFile = join(this.folder, 'logs', `${program.name}.log`);
    const process = new ManagedProcess(program, logFile, this.#custody);
    this.#processes.push(process);
    return process;
  }

  /** The end of every log, for a person who wants to know why a test failed. */
  lastLines(): string {
    const newest = new Map(this.#processes.map((process) => [process.logFile, process]));
    return [...newest.values()].map((process) => process.lastLines()).join('\n');
  }

  /** Stops the processes, the last one first, and removes the folder. */
  async close(): Promise<void> {
    for (const process of this.#processes.splice(0).reverse()) await process.stop();
    await this.#custody.removeFolder(this.folder);
    this.#custody.close();
  }
}
