import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';

/** Earlier than every instant: at once. */
export const AT_ONCE: Instant = Number.NEGATIVE_INFINITY;

/** A tenant's turn to be asked about: taken, and put back when the answer is there. */
export interface Turn {
  readonly tenant: TenantId;
  /** Whether the tenant left the rounds while it was being asked about. */
  readonly gone: boolean;
  /** Whether it is not in demand: it is asked about once, because it was to be refreshed. */
  readonly isGuest: boolean;
  /** When it was asked about last. */
  readonly askedAt: Instant;
}

/** What the rounds know of a tenant. */
export interface Place extends Turn {
  askedAt: Instant;
  gone: boolean;
  isGuest: boolean;
  /** Being asked about, and so in no line. */
  isAsked: boolean;
  /** The line that it belongs to; undefined: none, because it can't be asked about every interval. */
  line: 'licensed' | 'unlicensed' | undefined;
  /** Where it belongs to no line: not before then. */
  restsUntil: Instant;
  /** How often it was asked about: what stands in a queue from before that is void. */
  stay: number;
  /** `wanted`: it is to be asked about anew; `asked`: what is under way is for that. */
  refresh: 'no' | 'wanted' | 'asked';
  /** Whether it was ever answered about. */
  worked: boolean;
  /** Failures of its own in a row. */
  failures: number;
}

export function createPlace(tenant: TenantId): Place {
  return {
    tenant,
    gone: false,
    isGuest: false,
    isAsked: false,
    askedAt: AT_ONCE,
    line: undefined,
    restsUntil: AT_ONCE,
    stay: 0,
    refresh: 'no',
    worked: false,
    failures: 0,
  };
}

/**
 * Whether a tenant was answered about of late, so that asking about it tells whether the service works. One
 * bad answer is bad luck, or the first of an outage.
 */
export function isWorking({ worked, failures }: Place): boolean {
  return worked && failures < 2;
}

/** What became of a turn, as far as the next one goes by it. */
export type Outcome =
  | Answered
  /** Asking about this tenant failed, while the service works for others. */
  | Failed
  /** The service was in an outage, which says nothing about the tenant. */
  | { readonly kind: 'outage' };

/**
 * The tenant was answered about: with a license, or that there is none. `unclear`: with neither, so that it
 * counts as what it did before.
 */
interface Answered {
  readonly kind: 'licensed' | 'unlicensed' | 'unclear';
}

interface Failed {
  readonly kind: 'failed';
  /** Whether it will go on to fail, so that it is asked about ever more rarely. */
  readonly slow: boolean;
  readonly notBefore?: Instant | undefined;
}

/** However slowly a tenant is asked about, once in this time it is, or once an interval. */
const SLOWEST: Millis = 60_000;

export function isAnswered(outcome: Outcome): outcome is Answered {
  return outcome.kind !== 'failed' && outcome.kind !== 'outage';
}

/**
 * Until when a tenant that was not answered about is to be left alone. One that was answered about before is
 * a customer, who is to be right soon after his trouble ends.
 *
 * @param areOthersAnswered where nobody is, it may well be the service's trouble, which can end at any time
 */
export function restAfter(
  { askedAt, failures, worked }: Place,
  outcome: Exclude<Outcome, Answered>,
  interval: Millis,
  areOthersAnswered: boolean,
): Instant {
  if (outcome.kind === 'outage') return askedAt + interval;
  const doubled = Math.min(interval * 2 ** Math.min(failures - 1, 20), SLOWEST);
  const rest =
    outcome.slow && areOthersAnswered && !worked ? Math.max(doubled, interval) : interval;
  return Math.max(askedAt + rest, outcome.notBefore ?? AT_ONCE);
}
