import type { Fleet, Judgment } from './fleet-update.ts';
import { doubtOf } from './doubt.ts';
import { decide } from './merge.ts';
import { UNKNOWN, type Standing } from './standing.ts';
import type { TenantId } from './tenant.ts';
import { formatInstant, formatMillis, type Instant, type Millis } from './time.ts';

/**
 * How far a tenant's standing may be relied on.
 *
 * - `firm`: the deciding source works.
 * - `held`: it does not; the standing is what was known last.
 * - `pending`: no answer yet, but one is on its way.
 * - `unknown`: nothing is known, or what is known is too old.
 */
export type Certainty = 'firm' | 'held' | 'pending' | 'unknown';

/** A tenant's standing as it may be answered at one moment. */
export interface Outlook {
  readonly tenant: TenantId;
  readonly standing: Standing;
  readonly certainty: Certainty;
  /** Why it is not firm, for an operator; undefined where it is. */
  readonly why: string | undefined;
  /** Why a higher source of licenses is not heard; then nothing is taken away in its place. */
  readonly inPlaceOf?: string | undefined;
}

/** What may be answered about a tenant now. Reads one record, whatever the number of tenants. */
export function outlook(
  fleet: Fleet,
  tenant: TenantId,
  now: Instant,
  maxStaleness: Millis,
): Outlook {
  const record = fleet.tenants.get(tenant);
  const decision = decide(record?.words ?? [], fleet.sources, now);
  const standing = record?.standing ?? UNKNOWN;
  return weigh({ tenant, decision, standing }, now, maxStaleness);
}

/** What may be answered about a tenant at the moment that it was judged at. */
export function weigh(judgment: Judgment, now: Instant, maxStaleness: Millis): Outlook {
  const { tenant, decision, standing } = judgment;
  const why =
    decision.kind === 'decided' ? (decision.doubt ?? overdue(standing, now)) : decision.why;
  const isPending = decision.kind === 'undecided' && decision.pending;
  if (standing.status === 'unknown' || decision.knownAt === undefined || isPending) {
    const certainty = isPending ? 'pending' : 'unknown';
    const reason = why ?? 'it was not decided on';
    return { tenant, standing, certainty, why: `no license data for ${tenant} yet: ${reason}` };
  }
  const inPlaceOf = decision.kind === 'decided' ? decision.inPlaceOf : undefined;
  if (why === undefined) return { tenant, standing, certainty: 'firm', why, inPlaceOf };
  const age = now - decision.knownAt;
  // Where anything is known, what was said last is a better answer than an error: KEDA 2.20 punishes errors.
  if (age <= maxStaleness) return { tenant, standing, certainty: 'held', why, inPlaceOf };
  const allowed = formatMillis(maxStaleness);
  const tooOld = `the last license data for ${tenant} is ${formatMillis(age)} old, allowed is ${allowed}: ${why}`;
  return { tenant, standing, certainty: 'unknown', why: tooOld };
}

/** A boundary has come and is not acted on yet, because nobody has looked at the clock: the machine was asleep. */
function overdue({ until }: Standing, now: Instant): string | undefined {
  if (until === undefined || until > now) return undefined;
  return `that it ends at ${formatInstant(until)} has not been acted on yet`;
}

/** Whether the tenant is `held` now. Where all that is said of it is trusted, that is told without deciding. */
export function isHeld(
  fleet: Fleet,
  tenant: TenantId,
  now: Instant,
  maxStaleness: Millis,
): boolean {
  const record = fleet.tenants.get(tenant);
  if (record === undefined) return false;
  const isDoubtful = fleet.sources.some((source, rank) => {
    const word = record.words[rank];
    if (word === undefined) return source.trouble !== undefined;
    return (doubtOf(word, source, now) ?? overdue(record.standing, now)) !== undefined;
  });
  return isDoubtful && outlook(fleet, tenant, now, maxStaleness).certainty === 'held';
}
