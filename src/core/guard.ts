import type { Decision } from './merge.ts';
import { rule } from './rules/index.ts';
import { UNKNOWN, sameStanding, type Standing } from './standing.ts';
import type { Instant } from './time.ts';

/**
 * The standing that follows from a decision, were it to be acted on.
 *
 * @param since when the status would become what it is: `now`, unless it was the same before.
 */
export function propose(decision: Decision, now: Instant): Standing {
  if (decision.kind === 'undecided') return UNKNOWN;
  const ruling = rule(decision.fact, now);
  if (ruling === undefined) return UNKNOWN;
  return {
    status: ruling.licensed ? 'licensed' : 'unlicensed',
    reason: ruling.reason,
    note: ruling.note,
    source: decision.source,
    since: now,
    until: earlier(ruling.until, decision.until),
    services: servicesOf(decision),
    replicas: decision.replicas,
  };
}

/** What the guard let through. */
export interface Guarded {
  readonly standing: Standing;
  /** Whether it might be another if every source could be read: to be looked at again once one turns. */
  readonly withheld: boolean;
}

/**
 * The guard: the one place that decides whether a proposed standing may replace the one before.
 *
 * Without a trusted fact nothing changes, in neither direction. This is what keeps a license service's
 * trouble from stopping a paying customer's workload.
 */
export function guard(before: Standing, decision: Decision, now: Instant): Guarded {
  if (decision.kind === 'undecided') return { standing: before, withheld: true };
  const proposed = propose(decision, now);
  const withheld = decision.overdue || decision.missing;
  if (sameStanding(before, proposed)) return { standing: before, withheld };
  if (decision.doubt !== undefined) return { standing: before, withheld: true };
  if (before.status !== proposed.status) return { standing: proposed, withheld };
  return { standing: { ...proposed, since: before.since }, withheld };
}

function servicesOf(decision: Decision): Standing['services'] {
  if (decision.kind === 'undecided') return undefined;
  switch (decision.fact.kind) {
    case 'license':
      return decision.fact.license.services;
    case 'override':
      return 'any';
    case 'absent':
      return undefined;
  }
}

function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
