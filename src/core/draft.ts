/** A step of the fleet in the making. Everything that replaces a standing goes through here, and so through the guard. */
import { EMPTY_AGENDA, insert, type Agenda, type Appointment } from './agenda.ts';
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
import { decide } from './merge.ts';
import type { Observation, SourceName } from './observation.ts';
import type { SourceState, Words } from './source-state.ts';
import { UNKNOWN, type Standing, type Status } from './standing.ts';
import type { TenantId } from './tenant.ts';
import type { Instant, Millis } from './time.ts';
import type { MapDraft } from './versioned-map.ts';

/** A fleet in the making: changed in place by one observation, then frozen again. */
export interface Draft {
  readonly now: Instant;
  readonly revision: number;
  readonly sources: readonly SourceState[];
  readonly tenants: MapDraft<TenantId, TenantRecord>;
  readonly withheld: MapDraft<TenantId, Withheld>;
  readonly counts: Record<Status, number>;
  readonly licensedBy: Record<SourceName, number>;
  agenda: Agenda;
  readonly transitions: Transition[];
  readonly touched: Judgment[];
  readonly troubles: TenantTrouble[];
  readonly refresh: TenantId[];
}

/** How long before a boundary the source that decides is asked whether it still holds. */
const LEAD: Millis = 5_000;

const WITHHELD: Withheld = Object.freeze({});

export function openDraft(fleet: Fleet, sources: readonly SourceState[], now: Instant): Draft {
  return {
    now,
    revision: fleet.revision + 1,
    sources,
    tenants: fleet.tenants.edit(),
    withheld: fleet.withheld.edit(),
    counts: { ...fleet.counts },
    licensedBy: { ...fleet.licensedBy },
    agenda: fleet.agenda,
    transitions: [],
    touched: [],
    troubles: [],
    refresh: [],
  };
}

export function closeDraft(
  fleet: Fleet,
  draft: Draft,
  sourceTurned: boolean,
  cause: Observation | undefined,
): FleetUpdate {
  const { sources, counts, licensedBy, transitions, touched, troubles, refresh } = draft;
  const tenants = draft.tenants.close();
  const withheld = draft.withheld.close();
  const changed = touched.length > 0 || sources !== fleet.sources;
  const revision = changed ? draft.revision : fleet.revision;
  const agenda = compacted(draft, tenants);
  return {
    fleet: { revision, sources, tenants, counts, licensedBy, agenda, withheld },
    sourcesBefore: fleet.sources,
    transitions,
    touched,
    sourceTurned,
    troubles,
    refresh,
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
  if (record === undefined) count(draft, standing, 1);
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
    count(draft, before, -1);
    count(draft, after, 1);
  }
  draft.agenda = entered(draft.agenda, draft, tenant, after);
  draft.transitions.push({ tenant, before, after, at: draft.now, revision: draft.revision });
}

function forget(draft: Draft, tenant: TenantId, record: TenantRecord | undefined): void {
  if (record === undefined) return;
  draft.tenants.put(tenant, undefined);
  draft.withheld.put(tenant, undefined);
  count(draft, record.standing, -1);
  const decision = decide([], draft.sources, draft.now);
  draft.touched.push({ tenant, decision, standing: UNKNOWN });
}

function count({ counts, licensedBy }: Draft, { status, source }: Standing, by: 1 | -1): void {
  counts[status] += by;
  if (status === 'licensed' && source !== undefined) {
    licensedBy[source] = (licensedBy[source] ?? 0) + by;
  }
}

/** Appointments that no longer apply are dropped when they outnumber the tenants. */
function compacted(draft: Draft, tenants: Fleet['tenants']): Agenda {
  if (draft.agenda.size <= 2 * tenants.size + 64) return draft.agenda;
  return agendaOf(tenants, draft);
}

/** The agenda made anew from what stands. */
export function agendaOf(tenants: Fleet['tenants'], at: Pick<Draft, 'sources' | 'now'>): Agenda {
  let agenda = EMPTY_AGENDA;
  for (const [tenant, { standing }] of tenants) agenda = entered(agenda, at, tenant, standing);
  return agenda;
}

/** A boundary comes up twice: shortly before it, to ask, where the source is one that is asked; and when it is there. */
function entered(
  agenda: Agenda,
  { sources, now }: Pick<Draft, 'sources' | 'now'>,
  tenant: TenantId,
  { until, source }: Standing,
): Agenda {
  if (until === undefined) return agenda;
  const isAsked = sources.some(({ info }) => info.name === source && info.interval !== undefined);
  const at = isAsked && until - LEAD > now ? until - LEAD : until;
  return insert(agenda, { at, tenant });
}

/** What is due now of an appointment: to ask, and at the boundary to decide anew. */
export function keep(draft: Draft, { at, tenant }: Appointment): void {
  const until = draft.tenants.get(tenant)?.standing.until;
  if (until === at) reconsider(draft, tenant);
  else if (until === at + LEAD) draft.agenda = insert(draft.agenda, { at: until, tenant });
  else return;
  draft.refresh.push(tenant);
}
