import { waitAfter, type Backoff } from '../core/backoff.ts';
import type { Instant, Millis } from '../core/time.ts';

/** Failures in a row, of whatever tenants, that make an outage; fewer where fewer tenants are asked about. */
const THRESHOLD = 3;

export interface CircuitOptions {
  readonly maxConcurrency: number;
  readonly backoff: Backoff;
  /** From 0 to 1, drawn anew for every wait. */
  readonly chance: () => number;
}

/**
 * The circuit breaker between the rounds and a service in trouble: while it is open, one request at a
 * time tries, ever more rarely; when one succeeds, the number of requests in flight grows again from
 * one, doubling, so that a service that has just come up is not run over.
 *
 * Holds state, reads no clock.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  #failures = 0;
  #retryAt: Instant | undefined;
  #limit: number;

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#limit = options.maxConcurrency;
  }

  /** When the next attempt may be made; undefined: the circuit is closed. */
  get retryAt(): Instant | undefined {
    return this.#retryAt;
  }

  /** Requests that may be in flight at a time. */
  get limit(): number {
    return this.#retryAt === undefined ? this.#limit : 1;
  }

  succeed(): void {
    this.#limit =
      this.#retryAt === undefined ? Math.min(this.#limit * 2, this.#options.maxConcurrency) : 1;
    this.#failures = 0;
    this.#retryAt = undefined;
  }

  /**
   * @param asked how long the other side asked to be left in peace
   * @param population how many tenants are asked about in all
   * @returns whether this is an outage, rather than one tenant's bad luck
   */
  fail(now: Instant, asked: Millis | undefined, population: number): boolean {
    // What was in flight when the circuit opened is no further attempt, however much of it fails.
    const isAttempt = this.#retryAt === undefined || now >= this.#retryAt;
    if (isAttempt) this.#failures++;
    const excess = this.#failures - Math.min(THRESHOLD, population);
    if (excess < 0 && asked === undefined) return false;
    const wait = waitAfter(
      Math.max(excess, 0) + 1,
      this.#options.chance(),
      this.#options.backoff,
      asked,
    );
    this.#retryAt = Math.max(now + wait, this.#retryAt ?? now);
    return true;
  }
}
