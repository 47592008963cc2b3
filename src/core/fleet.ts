/**
 * The fleet: the merged state of all tenants, immutable, numbered by revision. `observe` and `passTime`
 * are its only transitions; both cost as much as the tenants that they touch, however many there are.
 */
import { Map as PersistentMap, Set as PersistentSet } from 'immutable';
import { EMPTY_AGENDA, insert, withoutFirst, type Agenda } from './agenda.ts';
import { guard } from './guard.ts';
import { decide, isTrusted, type SourceState, type Words } from './merge.ts';
import type { Observation, SourceInfo } from './observation.ts';
import { hasTurned, hear, readingsOf, stateAfter, untried } from './hearing.ts';
import { UNKNOWN, type Standing, type Status } from './standing.ts';
import type { TenantId } from './tenant.ts';
import type { Instant } from './time.ts';

/** All that is known about one tenant, and what was made of it. */
interface TenantRecord {
  readonly words: Words;
  readonly standing: Standing;
}

export interface Fleet {
  /** Goes up by one with every observation that changed something. */
  readonly revision: number;
  /** Lowest rank first. */
  readonly sources: readonly SourceState[];
  readonly tenants: PersistentMap<TenantId, TenantRecord>;
  /** How many tenants are in each status. */
  readonly counts: Readonly<Record<Status, number>>;
  readonly agenda: Agenda;
  /** Tenants whose standing might be another if every source could be read. */
  readonly withheld: PersistentSet<TenantId>;
}

/** A tenant's standing was replaced by another. */
export interface Transition {
  readonly tenant: TenantId;
  readonly before: Standing;
  readonly after: Standing;
  readonly at: Instant;
  readonly revision: number;
}

export interface FleetUpdate {
  readonly fleet: Fleet;
  readonly transitions: readonly Transition[];
  /** The tenants about which something else may be answered now; holds every tenant of `transitions`. */
  readonly touched: readonly TenantId[];
  /**
   * Whether a source began or ceased to work, so that something else may be answered about any tenant
   * that no firm answer could be given about before.
   */
  readonly sourceTurned: boolean;
  /** What set it off; undefined: time alone. */
  readonly cause: Observation | undefined;
}

/** A fleet that knows nothing yet. Sources are given lowest rank first. */
export function createFleet(sources: readonly SourceInfo[]): Fleet {
  return {
    revision: 0,
    sources: sources.map(untried),
    tenants: PersistentMap(),
    counts: { licensed: 0, unlicensed: 0, unknown: 0 },
    agenda: EMPTY_AGENDA,
    withheld: PersistentSet(),
  };
}

/** When the next standing changes by itself; undefined: none does. An outdated appointment may come first. */
export function nextBoundary(fleet: Fleet): Instant | undefined {
  return fleet.agenda.first?.at;
}

/** An update that changes nothing: what stands before the first observation. */
export function unchanged(fleet: Fleet): FleetUpdate {
  return { fleet, transitions: [], touched: [], sourceTurned: false, cause: undefined };
}

/** Takes in what a source saw. */
export function observe(fleet: Fleet, observation: Observation, now: Instant): FleetUpdate {
  const rank = fleet.sources.findIndex(({ info }) => info.name === observation.source);
  const before = fleet.sources[rank];
  if (before === undefined) return unchanged(fleet);
  const after = stateAfter(before, observation);
  const sourceTurned = hasTurned(before, after);
  const sources = before === after ? fleet.sources : fleet.sources.with(rank, after);
  const draft = openDraft(fleet, sources, now);
  for (const [tenant, reading] of readingsOf(observation)) {
    const record = draft.tenants.get(tenant);
    const wordBefore = record?.words[rank];
    const word = hear(wordBefore, reading, observation.at, after.epoch);
    const wasTrusted = wordBefore !== undefined && isTrusted(wordBefore, before);
    const words = (record?.words ?? sources.map(() => undefined)).with(rank, word);
    settle(draft, tenant, record, words, !wasTrusted);
  }
  if (sourceTurned) reconsider(draft, fleet.withheld);
  return closeDraft(fleet, draft, sourceTurned, observation);
}

/**
 * Acts on the boundaries that have been reached.
 *
 * @param limit how many at the most; where there are more, `nextBoundary` still tells the past
 */
export function passTime(fleet: Fleet, now: Instant, limit = Infinity): FleetUpdate {
  const draft = openDraft(fleet, fleet.sources, now);
  for (let left = limit; left > 0; left--) {
    const { first } = draft.agenda;
    if (first === undefined || first.at > now) break;
    draft.agenda = withoutFirst(draft.agenda);
    const { tenant, at } = first;
    if (draft.tenants.get(tenant)?.standing.until === at) reconsider(draft, [tenant]);
  }
  return closeDraft(fleet, draft, false, undefined);
}

/** A fleet in the making: changed in place by one observation, then frozen again. */
interface Draft {
  readonly now: Instant;
  readonly revision: number;
  readonly sources: readonly SourceState[];
  readonly tenants: PersistentMap<TenantId, TenantRecord>;
  readonly withheld: PersistentSet<TenantId>;
  readonly counts: Record<Status, number>;
  agenda: Agenda;
  readonly transitions: Transition[];
  readonly touched: TenantId[];
}

function openDraft(fleet: Fleet, sources: readonly SourceState[], now: Instant): Draft {
  return {
    now,
    revision: fleet.revision + 1,
    sources,
    tenants: fleet.tenants.asMutable(),
    withheld: fleet.withheld.asMutable(),
    counts: { ...fleet.counts },
    agenda: fleet.agenda,
    transitions: [],
    touched: [],
  };
}

function closeDraft(
  fleet: Fleet,
  draft: Draft,
  sourceTurned: boolean,
  cause: Observation | undefined,
): FleetUpdate {
  const { sources, counts, transitions, touched } = draft;
  const tenants = draft.tenants.asImmutable();
  const withheld = draft.withheld.asImmutable();
  const changed = touched.length > 0 || sources !== fleet.sources;
  const revision = changed ? draft.revision : fleet.revision;
  const agenda = compacted(draft.agenda, tenants);
  return {
    fleet: { revision, sources, tenants, counts, agenda, withheld },
    transitions,
    touched,
    sourceTurned,
    cause,
  };
}

/** Takes in what is now said about one tenant and decides anew; a tenant of whom nobody speaks is forgotten. */
function settle(
  draft: Draft,
  tenant: TenantId,
  record: TenantRecord | undefined,
  words: Words,
  mayAnswerAnew: boolean,
): void {
  if (words.some((word) => word !== undefined)) place(draft, tenant, record, words, mayAnswerAnew);
  else forget(draft, tenant, record);
}

/** Decides anew about tenants of which nothing new was heard. */
function reconsider(draft: Draft, tenants: Iterable<TenantId>): void {
  for (const tenant of tenants) {
    const record = draft.tenants.get(tenant);
    if (record !== undefined) place(draft, tenant, record, record.words, false);
  }
}

function place(
  draft: Draft,
  tenant: TenantId,
  record: TenantRecord | undefined,
  words: Words,
  mayAnswerAnew: boolean,
): void {
  const before = record?.standing ?? UNKNOWN;
  const decision = decide(words, draft.sources, draft.now);
  const { standing, withheld } = guard(before, decision, draft.now);
  draft.tenants.set(tenant, { words, standing });
  if (withheld) draft.withheld.add(tenant);
  else if (draft.withheld.size > 0) draft.withheld.delete(tenant);
  if (record === undefined) draft.counts[standing.status]++;
  if (standing !== before) replace(draft, tenant, record, before, standing);
  if (standing !== before || mayAnswerAnew) draft.touched.push(tenant);
}

function replace(
  draft: Draft,
  tenant: TenantId,
  record: TenantRecord | undefined,
  before: Standing,
  after: Standing,
): void {
  if (record !== undefined) {
    draft.counts[before.status]--;
    draft.counts[after.status]++;
  }
  if (after.until !== undefined) draft.agenda = insert(draft.agenda, { at: after.until, tenant });
  draft.transitions.push({ tenant, before, after, at: draft.now, revision: draft.revision });
}

function forget(draft: Draft, tenant: TenantId, record: TenantRecord | undefined): void {
  if (record === undefined) return;
  draft.tenants.delete(tenant);
  draft.withheld.delete(tenant);
  draft.counts[record.standing.status]--;
  draft.touched.push(tenant);
}

/** Appointments that no longer apply are dropped when they outnumber the tenants. */
function compacted(agenda: Agenda, tenants: Fleet['tenants']): Agenda {
  if (agenda.size <= 2 * tenants.size + 64) return agenda;
  let fresh = EMPTY_AGENDA;
  for (const [tenant, { standing }] of tenants) {
    if (standing.until !== undefined) fresh = insert(fresh, { at: standing.until, tenant });
  }
  return fresh;
}
