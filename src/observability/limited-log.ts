import type { Logger } from 'pino';
import type { Millis } from '../core/time.ts';

export interface LimitedLogOptions {
  /** Lines of one kind that are written within a span. */
  readonly burst?: number;
  readonly span?: Millis;
  /** Runs something later; it must not keep the process alive. */
  readonly later?: (run: () => void, delay: Millis) => void;
}

type Level = 'debug' | 'info' | 'warn' | 'error';

/** Lines of one kind, since the first of them. */
interface Span {
  readonly level: Level;
  written: number;
  unwritten: number;
  /** The last line that was not written. */
  last: string;
}

/**
 * A log for what may happen ten thousand times at once: of each kind of line the first few in a minute are
 * written, and at the end of it how many more there were (`and 1,204 more, the last: ...`).
 */
export class LimitedLog {
  readonly #logger: Logger;
  readonly #burst: number;
  readonly #span: Millis;
  readonly #later: (run: () => void, delay: Millis) => void;
  readonly #spans = new Map<string, Span>();

  constructor(logger: Logger, options: LimitedLogOptions = {}) {
    const { burst = 20, span = 60_000, later = laterUnlessOver } = options;
    this.#logger = logger;
    this.#burst = burst;
    this.#span = span;
    this.#later = later;
  }

  /** @param kind what is counted together; there must be few of them */
  write(level: Level, kind: string, facts: object, message: string): void {
    if (!this.#logger.isLevelEnabled(level)) return;
    const span = this.#spans.get(kind) ?? this.#open(level, kind);
    if (span.written < this.#burst) {
      span.written++;
      this.#logger[level](facts, message);
    } else {
      span.unwritten++;
      span.last = message;
    }
  }

  #open(level: Level, kind: string): Span {
    const span = { level, written: 0, unwritten: 0, last: '' };
    this.#spans.set(kind, span);
    this.#later(() => {
      this.#close(kind, span);
    }, this.#span);
    return span;
  }

  #close(kind: string, { level, unwritten, last }: Span): void {
    this.#spans.delete(kind);
    if (unwritten === 0) return;
    const count = unwritten.toLocaleString('en');
    this.#logger[level]({ kind, unwritten }, `and ${count} more, the last: ${last}`);
  }
}

/** Runs something later, unless the process is over by then. */
export function laterUnlessOver(run: () => void, delay: Millis): void {
  setTimeout(run, delay).unref();
}
