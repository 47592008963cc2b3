import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Custody } from './custody.ts';

/** What to run. */
export interface Program {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** All that is in its environment, apart from PATH. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How long a process may take to stop before it is killed. */
const PATIENCE = 10_000;

/** A process with its output in a file. It is ended by its pid, and with the harness at the latest. */
export class ManagedProcess {
  readonly name: string;
  readonly logFile: string;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;

  /** @param logFile what it says is added to the end */
  constructor({ name, file, args, env = {} }: Program, logFile: string, custody: Custody) {
    this.name = name;
    this.logFile = logFile;
    const output = openSync(logFile, 'a');
    this.#child = spawn(file, args, {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    const { pid } = this.#child;
    if (pid !== undefined) custody.started(pid);
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', () => {
        if (pid !== undefined) custody.ended(pid);
        resolve();
      });
      // A program that can't be started never exits.
      this.#child.once('error', () => {
        resolve();
      });
    });
  }

  get isRunning(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  /** Asks it to stop and waits until it has; one that does not is killed. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.#child.kill('SIGTERM');
    const deadline = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE);
    await this.ended;
    clearTimeout(deadline);
  }

  /** As a crash ends it. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** The end of what it has said, under its name; long lines are cut. */
  lastLines(count = 10): string {
    const lines = readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-count);
    return [`--- ${this.name} (${this.logFile})`, ...lines.map((line) => line.slice(0, 300))].join(
      '\n',
    );
  }
}
