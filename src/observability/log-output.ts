import { constants, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../core/time.ts';
import { laterUnlessOver } from './limited-log.ts';

export interface LogOutputOptions {
  /** Writes what it can without waiting, and returns how many bytes that was; throws where that is none. */
  readonly write?: (bytes: Uint8Array) => number;
  /** Runs something later; it must not keep the process alive. */
  readonly later?: (run: () => void, delay: Millis) => void;
}

/** How much is kept for a reader that is slow; what comes on top of it is dropped. */
const ROOM = 2 ** 20;
/** When it is tried again after a full pipe, and after an error. */
const SOON: Millis = 50;
const LATER: Millis = 1_000;
/** How often a stopping program tries again to write what is left. */
const LAST_TRIES = 20;

/**
 * Where the log is written to. It neither throws nor blocks, whatever becomes of the reader: what a slow one
 * has not read is kept up to a limit, and what can't be written is dropped and counted.
 */
export class LogOutput {
  readonly #write: (bytes: Uint8Array) => number;
  readonly #later: (run: () => void, delay: Millis) => void;
  /** Lines that are not written yet; the first may be the rest of one. */
  readonly #waiting: Buffer[] = [];
  #bytes = 0;
  /** Whether the first of them is the rest of a line. A line that was begun is ended, never dropped. */
  #isTorn = false;
  /** The code of the last error; undefined: lines are written at once. */
  #obstacle: string | undefined;
  /** Lines that were dropped and not reported yet, and the error that began it. */
  #unreported = 0;
  #cause = '';
  #dropped = 0;
  /** Is told how many lines were dropped, and why, as soon as lines can be written again. */
  onRecovery: (lines: number, cause: string) => void = () => undefined;

  constructor({ write = writeToStdout(), later = laterUnlessOver }: LogOutputOptions = {}) {
    this.#write = write;
    this.#later = later;
  }

  /** How many lines were dropped since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a line, its end included. */
  write(line: string): void {
    const bytes = Buffer.from(line);
    const isKept = this.#obstacle === undefined || this.#obstacle === 'EAGAIN';
    if (!isKept || this.#bytes + bytes.length > ROOM) {
      this.#drop(this.#obstacle ?? '', 1);
      return;
    }
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    if (this.#obstacle === undefined) this.#flush();
  }

  /** Writes what is left, as far as the reader lets it within a second. */
  async end(): Promise<void> {
    for (let tries = LAST_TRIES; tries > 0 && this.#waiting.length > 0; tries--) {
      await sleep(SOON);
      this.#retry();
    }
  }

  #flush(): void {
    try {
      for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
        const written = this.#write(first);
        this.#bytes -= written;
        this.#isTorn = written < first.length;
        if (this.#isTorn) this.#waiting[0] = first.subarray(written);
        else this.#waiting.shift();
      }
    } catch (error) {
      this.#pause((error as NodeJS.ErrnoException).code ?? String(error));
    }
  }

  #pause(obstacle: string): void {
    this.#obstacle = obstacle;
    const isFull = obstacle === 'EAGAIN';
    if (!isFull) {
      const lost = this.#waiting.splice(this.#isTorn ? 1 : 0);
      this.#bytes = this.#waiting[0]?.length ?? 0;
      this.#drop(obstacle, lost.length);
    }
    this.#later(
      () => {
        this.#retry();
      },
      isFull ? SOON : LATER,
    );
  }

  #retry(): void {
    this.#obstacle = undefined;
    this.#flush();
    if (this.#waiting.length === 0 && this.#unreported > 0) this.#report();
  }

  /** The report is a line like any other; where it is dropped as well, it is made again. */
  #report(): void {
    const [unreported, dropped] = [this.#unreported, this.#dropped];
    this.#unreported = 0;
    this.onRecovery(unreported, this.#cause);
    if (this.#dropped > dropped) this.#unreported = unreported;
    this.#dropped = dropped;
  }

  #drop(cause: string, lines: number): void {
    if (this.#unreported === 0) this.#cause = cause;
    this.#unreported += lines;
    this.#dropped += lines;
  }
}

/**
 * Without waiting: `process.stdout`, as soon as it is touched, makes a pipe or socket non-blocking, and a
 * terminal is opened a second time for that. A file never keeps anybody waiting.
 */
function writeToStdout(): (bytes: Uint8Array) => number {
  const { fd } = process.stdout;
  const terminal = isatty(fd) ? openTerminal() : undefined;
  return (bytes) => writeSync(terminal ?? fd, bytes);
}

function openTerminal(): number | undefined {
  try {
    return openSync('/dev/stdout', constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
}
