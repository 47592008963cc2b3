/**
 * The fleet written naively: after every step each tenant is decided on anew from the whole history. No
 * epochs, no appointments, no record of what was withheld; far too slow, and what the real one must equal.
 */
import { propose } from '../../src/core/guard.ts';
import type { Decision } from '../../src/core/merge.ts';
import type { Fact, Observation, SourceInfo } from '../../src/core/observation.ts';
import { rule } from '../../src/core/rules/index.ts';
import { UNKNOWN, sameStanding, type Standing } from '../../src/core/standing.ts';
import type { TenantId } from '../../src/core/tenant.ts';
import type { Instant } from '../../src/core/time.ts';

/** Something seen, or time passing to an instant. */
export type Step = Observation | Instant;

export class NaiveFleet {
  readonly #sources: readonly SourceInfo[];
  readonly #history: Observation[] = [];
  readonly #standings = new Map<TenantId, Standing>();

  constructor(sources: readonly SourceInfo[]) {
    this.#sources = sources;
  }

  take(step: Step): void {
    const now = typeof step === 'number' ? step : step.at;
    if (typeof step !== 'number') this.#history.push(step);
    for (const tenant of this.#mentioned()) this.#decideOn(tenant, now);
  }

  /** Every tenant that a source has said anything about that still stands. */
  standings(): ReadonlyMap<TenantId, Standing> {
    return this.#standings;
  }

  decision(tenant: TenantId, now: Instant): NaiveDecision {
    return decide(this.#accounts(tenant), now);
  }

  #decideOn(tenant: TenantId, now: Instant): void {
    if (this.#accounts(tenant).every(({ fact, record }) => !fact && !record)) {
      this.#standings.delete(tenant);
      return;
    }
    const before = this.#standings.get(tenant) ?? UNKNOWN;
    const { decision } = this.decision(tenant, now);
    const proposed = decision === undefined ? UNKNOWN : propose(decision, now);
    const isSame = decision?.doubt !== undefined || sameStanding(before, proposed);
    const since = proposed.status === before.status ? before.since : now;
    const stays = decision === undefined || isSame;
    this.#standings.set(tenant, stays ? before : { ...proposed, since });
  }

  #mentioned(): Set<TenantId> {
    return new Set(
      this.#history.flatMap((seen) =>
        seen.kind === 'sighting' ? [...seen.readings.keys()] : (seen.tenant ?? []),
      ),
    );
  }

  /** Highest rank first. */
  #accounts(tenant: TenantId): Account[] {
    const own = ({ name }: SourceInfo) => this.#history.filter(({ source }) => source === name);
    return this.#sources.map((source) => account(source, own(source), tenant)).reverse();
  }
}

interface Trouble {
  readonly since: Instant;
  readonly opaque: boolean;
}

/** What one source's history amounts to for one tenant. */
interface Account {
  readonly source: SourceInfo;
  readonly fact: Fact | undefined;
  /** When the fact was last read or confirmed. */
  readonly confirmedAt: Instant;
  /** Whether it was read or confirmed since the last outage began. */
  readonly isCurrent: boolean;
  readonly outage: Trouble | undefined;
  readonly record: Trouble | undefined;
  readonly everAnswered: boolean;
}

function account(source: SourceInfo, seen: readonly Observation[], tenant: TenantId): Account {
  let result: Account = {
    source,
    fact: undefined,
    confirmedAt: 0,
    isCurrent: false,
    outage: undefined,
    record: undefined,
    everAnswered: false,
  };
  for (const observation of seen) result = { ...result, ...learned(result, observation, tenant) };
  return result;
}

function learned(before: Account, observation: Observation, tenant: TenantId): Partial<Account> {
  const { at } = observation;
  if (observation.kind === 'failure') {
    const trouble = { opaque: observation.opaque };
    if (observation.tenant === tenant) {
      return { record: { since: before.record?.since ?? at, ...trouble } };
    }
    if (observation.tenant !== undefined) return {};
    return { outage: { since: before.outage?.since ?? at, ...trouble }, isCurrent: false };
  }
  const { readings, whole } = observation;
  const said = [...readings.values()].some(({ kind }) => kind !== 'silent');
  const answered = whole || (said && before.source.gives === 'licenses');
  const state = answered ? { outage: undefined, everAnswered: true } : {};
  const reading = readings.get(tenant);
  switch (reading?.kind) {
    case undefined: {
      const confirmed = whole ? { isCurrent: true } : {};
      const asOf = whole && !before.record ? { confirmedAt: at } : {};
      return { ...state, ...confirmed, ...asOf };
    }
    case 'silent':
      return { ...state, fact: undefined, record: undefined, isCurrent: whole };
    case 'unreadable': {
      const confirmed = whole ? { isCurrent: true } : {};
      return {
        ...state,
        ...confirmed,
        record: { since: before.record?.since ?? at, opaque: true },
      };
    }
    default:
      return { ...state, fact: reading, confirmedAt: at, isCurrent: true, record: undefined };
  }
}

/** Undefined: nobody may decide. */
export interface NaiveDecision {
  readonly decision: (Decision & { kind: 'decided' }) | undefined;
}

function decide(accounts: readonly Account[], now: Instant): NaiveDecision {
  let counts: { replicas: number | undefined; until: Instant | undefined } | undefined;
  let betterFailed = false;
  for (const one of accounts) {
    const fact = inForce(one);
    if (fact?.kind === 'override' && fact.override.licensed === undefined) {
      counts ??= fact.override;
    } else if (fact) {
      if (betterFailed && rule(fact, now)?.licensed === false) return { decision: undefined };
      return { decision: decided(one, fact, counts, now) };
    }
    if (one.fact) continue;
    if (blocks(one)) return { decision: undefined };
    if (one.source.gives === 'licenses') betterFailed = true;
  }
  return { decision: undefined };
}

function decided(
  { source, confirmedAt, ...one }: Account,
  fact: Fact,
  counts: { replicas: number | undefined; until: Instant | undefined } | undefined,
  now: Instant,
): Decision & { kind: 'decided' } {
  const own =
    fact.kind === 'license'
      ? fact.license.replicas
      : fact.kind === 'override'
        ? fact.override.replicas
        : undefined;
  return {
    kind: 'decided',
    fact,
    source: source.name,
    replicas: counts?.replicas ?? own,
    until: counts?.until !== undefined && counts.until > now ? counts.until : undefined,
    overdue: false,
    knownAt: confirmedAt,
    doubt: isTrusted(one) && !isOverBoundary(fact, confirmedAt, now) ? undefined : 'in doubt',
    missing: false,
    inPlaceOf: undefined,
  };
}

function isTrusted({
  outage,
  record,
  isCurrent,
}: Pick<Account, 'outage' | 'record' | 'isCurrent'>) {
  return !outage && !record && isCurrent;
}

/** Whether a fact would say something else now than when it was read. */
function isOverBoundary(fact: Fact, confirmedAt: Instant, now: Instant): boolean {
  const boundaries =
    fact.kind === 'license' && rule(fact, now)?.reason !== 'status'
      ? [fact.license.start, fact.license.end]
      : fact.kind === 'override'
        ? [fact.override.until]
        : [];
  return boundaries.some((at) => at !== undefined && confirmedAt < at && at <= now);
}

/** An override is over once it was read after its end that it has not been prolonged. */
function inForce({ fact, confirmedAt }: Account): Fact | undefined {
  if (fact?.kind !== 'override' || fact.override.until === undefined) return fact;
  return fact.override.until <= confirmedAt ? undefined : fact;
}

/** Whether a source that has no fact keeps those below it from deciding. */
function blocks({ source, outage, record, everAnswered }: Account): boolean {
  if (record?.opaque) return true;
  if (outage) return source.gives === 'overrides' && outage.opaque && !everAnswered;
  if (record) return source.gives === 'licenses';
  return !(source.gives === 'overrides' && everAnswered);
}
