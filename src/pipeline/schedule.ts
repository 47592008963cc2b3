import type { Observation, Reading, Sighting, SourceName } from '../core/observation.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';
import { Circuit, type CircuitOptions } from './circuit.ts';
import type { DemandChange } from './demand.ts';
import type { Outcome, Turn } from './place.ts';
import type { Attempt } from './poll.ts';
import { Rounds } from './rounds.ts';

export interface ScheduleOptions extends CircuitOptions {
  readonly source: SourceName;
  /** Each tenant is asked about once in this time. */
  readonly interval: Millis;
}

/** What asking about one tenant gave: something about it, or why there is nothing. */
export type TenantResult = Reading | { readonly kind: 'failed'; readonly reason: string };

/** An attempt to ask about one tenant. Where nothing came of it and it has not `failed`, the trouble is this tenant's. */
export interface TenantAttempt extends Attempt<TenantResult> {
  /** The service's own clock, where it tells. */
  readonly clock?: Instant | undefined;
}

/** When something happened: by the clock that paces are kept by, and by the one on the wall. */
export interface Moment {
  readonly steady: Instant;
  readonly wall: Instant;
}

/**
 * Who is asked about when: the rounds, the circuit breaker and the requests in flight, put together.
 *
 * Holds state, reads no clock; `pollTenants` is the shell that gives it time.
 */
export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #rounds: Rounds;
  readonly #circuit: Circuit;
  /** Left demand during an outage: the last facts stand until the service answers again. */
  readonly #toForget = new Set<TenantId>();
  #inFlight = 0;

  constructor(options: ScheduleOptions) {
    this.#options = options;
    this.#rounds = new Rounds(options.interval);
    this.#circuit = new Circuit(options);
  }

  /** Takes a tenant in, or out; one that nobody asks about any more is forgotten. */
  change({ tenant, wanted }: DemandChange, at: Instant): Observation[] {
    if (wanted) {
      this.#rounds.add(tenant);
      this.#toForget.delete(tenant);
      return [];
    }
    this.#rounds.delete(tenant);
    this.#toForget.add(tenant);
    return this.#forget(at);
  }

  /** Has a tenant asked about anew, before all others. */
  refresh(tenant: TenantId): void {
    this.#rounds.refresh(tenant);
  }

  /** Those who are to be asked about now. Each of them must be settled. */
  turns(now: Instant): Turn[] {
    const turns: Turn[] = [];
    for (let at = this.wakeAt(); at !== undefined && at <= now; at = this.wakeAt()) {
      const isOpen = this.#circuit.retryAt !== undefined;
      const turn = isOpen ? this.#rounds.probe(now) : this.#rounds.take(now);
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

  /**
   * Takes in how a turn ended, and says what was observed by it.
   *
   * @param begunAt when the question was asked, by the clock on the wall
   */
  settle(turn: Turn, attempt: TenantAttempt, now: Moment, begunAt: Instant): Observation[] {
    this.#inFlight--;
    const outcome = this.#judge(turn, attempt, now.steady);
    this.#rounds.putBack(turn, outcome);
    if (turn.gone) return this.#forget(now.wall);
    const { result, clock } = attempt;
    if (result.kind !== 'failed') {
      if (turn.isGuest) this.#toForget.add(turn.tenant);
      const sighting = this.#sighting([turn.tenant], result, begunAt);
      const { round } = this.#rounds;
      return [{ ...sighting, clock, round }, ...this.#forget(now.wall)];
    }
    const { source } = this.#options;
    const { reason } = result;
    const tenant = outcome.kind === 'outage' ? undefined : turn.tenant;
    return [{ kind: 'failure', source, at: now.wall, tenant, reason, opaque: false }];
  }

  #judge(turn: Turn, attempt: TenantAttempt, now: Instant): Outcome {
    const { result, failed, retryAfter: asked, throttled } = attempt;
    if (result.kind !== 'failed') {
      if (this.#circuit.succeed(now)) this.#rounds.resume(now);
      return { kind: kindOf(result) };
    }
    const { tenant, askedAt: begunAt } = turn;
    const isNews = this.#rounds.isHopeful(tenant);
    const failure = { tenant, begunAt, asked, throttled, isNews };
    if (!failed) this.#circuit.learnNothing(now);
    else if (this.#circuit.fail(failure, now, this.#rounds.hopeful)) return { kind: 'outage' };
    const notBefore = asked && now + Math.min(asked, this.#options.backoff.askedCap);
    return { kind: 'failed', slow: !failed, notBefore };
  }

  #forget(at: Instant): Observation[] {
    if (this.#circuit.retryAt !== undefined || this.#toForget.size === 0) return [];
    const tenants = [...this.#toForget];
    this.#toForget.clear();
    return [this.#sighting(tenants, { kind: 'silent' }, at)];
  }

  #sighting(tenants: readonly TenantId[], reading: Reading, at: Instant): Sighting {
    const readings = new Map(tenants.map((tenant) => [tenant, reading]));
    return { kind: 'sighting', source: this.#options.source, at, readings, whole: false };
  }
}

/** A customer whose record can't be read, or who may not be absent, is still taken for one. */
function kindOf(reading: Reading): 'licensed' | 'unlicensed' | 'unclear' {
  if (reading.kind === 'license') return 'licensed';
  return reading.kind === 'absent' && reading.proven ? 'unlicensed' : 'unclear';
}
