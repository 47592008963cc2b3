import type { Millis } from '../core/time.ts';
import type { Exchange } from './http/exchange.ts';

/** How a request to the license service ended, for metrics. */
export interface RequestReport {
  /**
   * - `license`, `absent`, `unreadable`: what was learned of one tenant.
   * - `list`, `unchanged`: a list was read, or is the same as before.
   * - `failed`: nothing was learned.
   */
  readonly result: 'license' | 'absent' | 'unreadable' | 'list' | 'unchanged' | 'failed';
  /** From the beginning of the request to the end of the body. */
  readonly duration: Millis;
  /** Of the body, after unzipping. */
  readonly bytes: number;
  /** Undefined: there was no answer. */
  readonly status: number | undefined;
}

/** Who wants to know what the license service source does besides what it observes. */
export interface LicenseServiceObserver {
  requested?(report: RequestReport): void;
  /**
   * Something is wrong that takes no answer away: TLS files that changed and can't be used, so that
   * the old ones stay in use, or a record of a list that belongs to nobody. Told once, until it changes.
   */
  noticed?(problem: string): void;
}

/** The report of an exchange that came to `result`. */
export function reportOf(exchange: Exchange, result: RequestReport['result']): RequestReport {
  const { duration } = exchange;
  if (exchange.kind === 'none') return { result, duration, bytes: 0, status: undefined };
  return { result, duration, bytes: exchange.body.length, status: exchange.status };
}
