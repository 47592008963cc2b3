import type { Observation, Reading, SourceName } from '../core/observation.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';
import { Circuit, type CircuitOptions } from './circuit.ts';
import type { DemandChange } from './demand.ts';
import type { Attempt } from './poll.ts';
import { Rounds, type Turn } from './rounds.ts';

export interface ScheduleOptions extends CircuitOptions {
  readonly source: SourceName;
  /** Each tenant is asked about once in this time. */
  readonly interval: Millis;
}

/** What asking about one tenant gave: something about it, or why there is nothing. */
export type TenantResult = Reading | { readonly kind: 'failed'; readonly reason: string };

/**
 * Who is asked about when: the rounds, the circuit breaker and the requests in flight, put together.
 *
 * Holds state, reads no clock; `pollTenants` is the shell that gives it time.
 */
export class Schedule {
  readonly #source: SourceName;
  readonly #rounds: Rounds;
  readonly #circuit: Circuit;
  /** Left demand during an outage: the last facts stand until the service answers again. */
  readonly #toForget = new Set<TenantId>();
  #inFlight = 0;

  constructor(options: ScheduleOptions) {
    this.#source = options.source;
    this.#rounds = new Rounds(options.interval);
    this.#circuit = new Circuit(options);
  }

  /** Takes a tenant in, or out; one that nobody asks about any more is forgotten. */
  change({ tenant, wanted }: DemandChange, now: Instant): Observation[] {
    if (wanted) {
      this.#rounds.add(tenant);
      this.#toForget.delete(tenant);
      return [];
    }
    this.#rounds.delete(tenant);
    this.#toForget.add(tenant);
    return this.#forget(now);
  }

  /** Those who are to be asked about now. Each of them must be settled. */
  turns(now: Instant): Turn[] {
    const turns: Turn[] = [];
    for (let at = this.wakeAt(); at !== undefined && at <= now; at = this.wakeAt()) {
      const turn = this.#rounds.take(now);
      if (turn === undefined) break;
      turns.push(turn);
      this.#inFlight++;
    }
    return turns;
  }

  /** When to look for turns again, if nothing else happens; undefined: not before something does. */
  wakeAt(): Instant | undefined {
    if (this.#inFlight >= this.#circuit.limit) return undefined;
    const nextAt = this.#rounds.nextAt();
    return nextAt === undefined ? undefined : (this.#circuit.retryAt ?? nextAt);
  }

  /** Takes in how a turn ended, and says what was observed by it. */
  settle(turn: Turn, attempt: Attempt<TenantResult>, now: Instant): Observation[] {
    this.#inFlight--;
    this.#rounds.putBack(turn);
    const isOutage = this.#judge(attempt, now);
    if (turn.gone) return this.#forget(now);
    const { result } = attempt;
    if (result.kind !== 'failed') {
      return [this.#sighting([turn.tenant], result, now), ...this.#forget(now)];
    }
    const { reason } = result;
    const tenant = isOutage ? undefined : turn.tenant;
    return [{ kind: 'failure', source: this.#source, at: now, tenant, reason, opaque: false }];
  }

  #judge({ failed, retryAfter }: Attempt<TenantResult>, now: Instant): boolean {
    if (failed) return this.#circuit.fail(now, retryAfter, this.#rounds.size);
    this.#circuit.succeed();
    return false;
  }

  #forget(now: Instant): Observation[] {
    if (this.#circuit.retryAt !== undefined || this.#toForget.size === 0) return [];
    const tenants = [...this.#toForget];
    this.#toForget.clear();
    return [this.#sighting(tenants, { kind: 'silent' }, now)];
  }

  #sighting(tenants: readonly TenantId[], reading: Reading, now: Instant): Observation {
    const readings = new Map(tenants.map((tenant) => [tenant, reading]));
    return { kind: 'sighting', source: this.#source, at: now, readings, whole: false };
  }
}
