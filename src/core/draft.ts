/** A step of the fleet in the making. Everything that replaces a standing goes through here, and so through the guard. */
import { EMPTY_AGENDA, insert, type Agenda } from './agenda.ts';
import type {
  Fleet,
  FleetUpdate,
  Judgment,
  TenantRecord,
  TenantTrouble,
  Transition,
  Withheld,
} from './fleet-update.ts';
import { guard } from './guard.ts';
import { decide, type SourceState, type Words } from './merge.ts';
import type { Observation } from './observation.ts';
import { UNKNOWN, type Standing, type Status } from './standing.ts';
import type { TenantId } from './tenant.ts';
import type { Instant } from './time.ts';
import type { MapDraft } from './versioned-map.ts';

/** A fleet in the making: changed in place by one observation, then frozen again. */
export interface Draft {
  readonly now: Instant;
  readonly revision: number;
  readonly sources: readonly SourceState[];
  readonly tenants: MapDraft<TenantId, TenantRecord>;
  readonly withheld: MapDraft<TenantId, Withheld>;
  readonly counts: Record<Status, number>;
  agenda: Agenda;
  readonly transitions: Transition[];
  readonly touched: Judgment[];
  readonly troubles: TenantTrouble[];
}

const WITHHELD: Withheld = Object.freeze({});

export function openDraft(fleet: Fleet, sources: readonly SourceState[], now: Instant): Draft {
  return {
    now,
    revision: fleet.revision + 1,
    sources,
    tenants: fleet.tenants.edit(),
    withheld: fleet.withheld.edit(),
    counts: { ...fleet.counts },
    agenda: fleet.agenda,
    transitions: [],
    touched: [],
    troubles: [],
  };
}

export function closeDraft(
  fleet: Fleet,
  draft: Draft,
  sourceTurned: boolean,
  cause: Observation | undefined,
): FleetUpdate {
  const { sources, counts, transitions, touched, troubles } = draft;
  const tenants = draft.tenants.close();
  const withheld = draft.withheld.close();
  const changed = touched.length > 0 || sources !== fleet.sources;
  const revision = changed ? draft.revision : fleet.revision;
  const agenda = compacted(draft.agenda, tenants);
  return {
    fleet: { revision, sources, tenants, counts, agenda, withheld },
    sourcesBefore: fleet.sources,
    transitions,
    touched,
    sourceTurned,
    troubles,
    cause,
  };
}

/** Takes in what is now said about one tenant and decides anew; a tenant of whom nobody speaks is forgotten. */
export function settle(
  draft: Draft,
  tenant: TenantId,
  record: TenantRecord | undefined,
  words: Words,
  mayAnswerAnew: boolean,
): void {
  if (words.some((word) => word !== undefined)) place(draft, tenant, record, words, mayAnswerAnew);
  else forget(draft, tenant, record);
}

/** Decides anew about a tenant of which nothing new was heard. */
export function reconsider(draft: Draft, tenant: TenantId): void {
  const record = draft.tenants.get(tenant);
  if (record !== undefined) place(draft, tenant, record, record.words, false);
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
  draft.tenants.put(tenant, { words, standing });
  if (withheld) draft.withheld.put(tenant, WITHHELD);
  else if (draft.withheld.size > 0) draft.withheld.put(tenant, undefined);
  if (record === undefined) draft.counts[standing.status]++;
  if (standing !== before) replace(draft, tenant, record, before, standing);
  if (standing !== before || mayAnswerAnew) draft.touched.push({ tenant, decision, standing });
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
  draft.tenants.put(tenant, undefined);
  draft.withheld.put(tenant, undefined);
  draft.counts[record.standing.status]--;
  const decision = decide([], draft.sources, draft.now);
  draft.touched.push({ tenant, decision, standing: UNKNOWN });
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
