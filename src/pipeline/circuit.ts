import { retryAt, type Backoff } from '../core/backoff.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';

export interface CircuitOptions {
  readonly maxConcurrency: number;
  readonly backoff: Backoff;
  /** From 0 to 1, drawn anew for every wait. */
  readonly chance: () => number;
}

/** A request that failed for a reason that may be everybody's. */
export interface ServiceFailure {
  readonly tenant: TenantId;
  readonly begunAt: Instant;
  /** How long the other side asked not to be called (`Retry-After`). */
  readonly asked?: Millis | undefined;
  /** Whether the other side said that it is asked too often. */
  readonly throttled?: boolean | undefined;
  /** Whether it says something about the service: not where this tenant fails again and others do not. */
  readonly isNews: boolean;
}

/** So many tenants fail in a row before it is called an outage, where there are so many. */
const FEWEST = 3;

/**
 * The circuit breaker between the rounds and a service in trouble: while it is open, one request at a
 * time tries, ever more rarely; when one succeeds, the number of requests in flight grows again from
 * one, doubling, so that a service that has just come up is not run over.
 *
 * It opens when as many tenants failed as may be asked about at a time, or half of all, and nobody was
 * answered about in between: so that a few tenants that the service has trouble with are no outage, even
 * where they follow upon each other.
 *
 * Holds state, reads no clock.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  /** Who failed since somebody was answered about. */
  readonly #failed = new Set<TenantId>();
  #attempts = 0;
  #retryAt: Instant | undefined;
  #isThrottled = false;
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

  /** @returns whether that is the end of an outage */
  succeed(now: Instant): boolean {
    this.#failed.clear();
    if (this.#retryAt === undefined) {
      this.#limit = Math.min(this.#limit * 2, this.#options.maxConcurrency);
      return false;
    }
    // What was in flight when the other side said that it is asked too often is no leave to go on.
    if (this.#isThrottled && now < this.#retryAt) return false;
    this.#limit = 1;
    this.#attempts = 0;
    this.#retryAt = undefined;
    return true;
  }

  /** An attempt told nothing, neither that the service works nor that it fails: the next one follows soon. */
  learnNothing(now: Instant): void {
    if (this.#retryAt === undefined || now < this.#retryAt) return;
    this.#retryAt = now + this.#options.backoff.first;
  }

  /**
   * @param hopeful how many tenants may be expected to be answered about
   * @returns whether this is an outage, rather than one tenant's bad luck
   */
  fail(failure: ServiceFailure, now: Instant, hopeful: number): boolean {
    if (failure.isNews) this.#failed.add(failure.tenant);
    const isOpening = failure.throttled === true || this.#failed.size >= this.#needed(hopeful);
    if (this.#retryAt === undefined && !isOpening) return false;
    // What was in flight when the circuit opened is no further attempt, however much of it fails.
    if (this.#retryAt === undefined || now >= this.#retryAt) this.#attempts++;
    const { backoff, chance } = this.#options;
    const attempt = { ...failure, endedAt: now, failures: this.#attempts };
    this.#isThrottled = failure.throttled === true;
    this.#retryAt = Math.max(retryAt(attempt, chance(), backoff), this.#retryAt ?? now);
    return true;
  }

  #needed(hopeful: number): number {
    const some = Math.min(Math.ceil(hopeful / 2), this.#options.maxConcurrency);
    return Math.min(Math.max(some, FEWEST), hopeful);
  }
}
