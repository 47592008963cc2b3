/**
 * The fleet: the merged state of all tenants, immutable, numbered by revision. `observe` and `passTime`
 * are its only transitions; both cost as much as the tenants that they touch, however many there are.
 */
import { isLicensing, withMassAbsence } from './absence.ts';
import { EMPTY_AGENDA, withoutFirst } from './agenda.ts';
import { boundarySince, doubtOf } from './doubt.ts';
import { agendaOf, closeDraft, keep, openDraft, reconsider, settle, type Draft } from './draft.ts';
import type { Fleet, FleetUpdate, TenantRecord } from './fleet-update.ts';
import { hasTurned, hear, readingsOf, stateAfter, type Heard } from './hearing.ts';
import type { Observation, SourceInfo } from './observation.ts';
import {
  asConfirmed,
  untried,
  sourceAsOf,
  wordAsOf,
  type SourceState,
  type Word,
} from './source-state.ts';
import type { TenantId } from './tenant.ts';
import type { Instant } from './time.ts';
import { VersionedMap } from './versioned-map.ts';

export type { Fleet, FleetUpdate } from './fleet-update.ts';

/** A fleet that knows nothing yet. Sources are given lowest rank first. */
export function createFleet(sources: readonly SourceInfo[]): Fleet {
  return {
    revision: 0,
    sources: sources.map(untried),
    tenants: VersionedMap.of(),
    counts: { licensed: 0, unlicensed: 0, unknown: 0 },
    licensedBy: {},
    agenda: EMPTY_AGENDA,
    withheld: VersionedMap.of(),
  };
}

/** When the next standing changes by itself; undefined: none does. An outdated appointment may come first. */
export function nextBoundary(fleet: Fleet): Instant | undefined {
  return fleet.agenda.first?.at;
}

/** An update that changes nothing: what stands before the first observation. */
export function unchanged(fleet: Fleet): FleetUpdate {
  return {
    fleet,
    sourcesBefore: fleet.sources,
    transitions: [],
    touched: [],
    sourceTurned: false,
    troubles: [],
    refresh: [],
    cause: undefined,
  };
}

/** Takes in what a source saw. */
export function observe(fleet: Fleet, observation: Observation, now: Instant): FleetUpdate {
  const rank = fleet.sources.findIndex(({ info }) => info.name === observation.source);
  const before = fleet.sources[rank];
  if (before === undefined) return unchanged(fleet);
  // What was begun before the clock was set back is not from the future.
  const at = Math.min(observation.at, now);
  const isWaitedFor = fleet.withheld.size > 0;
  const answered = stateAfter(before, { ...observation, at }, now, isWaitedFor);
  const news = newsOf(fleet, { rank, sourceBefore: before, source: answered, at }, observation);
  const licensed = fleet.licensedBy[before.info.name] ?? 0;
  const after = withMassAbsence(counted(answered, news), licensed, at);
  const sourceTurned = hasTurned(before, after, now);
  const sources = before === after ? fleet.sources : fleet.sources.with(rank, after);
  const isWhole = observation.kind === 'sighting' && observation.whole;
  const isProof = before.vouchedAt !== after.vouchedAt;
  const withheld = sourceTurned || isWhole || isProof ? [...fleet.withheld] : [];
  const draft = openDraft(fleet, sources, now);
  for (const one of news) takeIn(draft, rank, before, one);
  for (const [tenant] of withheld) reconsider(draft, tenant);
  if (isProof) askAgain(draft, rank, withheld);
  return closeDraft(fleet, draft, sourceTurned, observation);
}

/** A source has proved that it is itself: whoever it did not know before that is asked about again. */
function askAgain(
  draft: Draft,
  rank: number,
  withheld: Iterable<readonly [TenantId, unknown]>,
): void {
  for (const [tenant] of withheld) {
    const isUnproven = draft.tenants.get(tenant)?.words[rank]?.absentSince !== undefined;
    if (isUnproven) draft.refresh.push(tenant);
  }
}

/** Whose word is heard, and as of when. */
interface Ear {
  readonly rank: number;
  readonly sourceBefore: SourceState;
  readonly source: SourceState;
  readonly at: Instant;
}

/** What a source says of one tenant now, and said before. */
interface News {
  readonly tenant: TenantId;
  readonly record: TenantRecord | undefined;
  readonly before: Word | undefined;
  readonly word: Word | undefined;
}

function newsOf(fleet: Fleet, ear: Ear, observation: Observation): News[] {
  const news: News[] = [];
  for (const [tenant, heard] of readingsOf(observation))
    news.push(listen(fleet, ear, tenant, heard));
  if (observation.kind === 'failure' || !observation.whole || fleet.withheld.size === 0)
    return news;
  // A whole answer that does not name a tenant that is missing does not know it either.
  for (const [tenant] of fleet.withheld) {
    const isMissing = fleet.tenants.get(tenant)?.words[ear.rank]?.missing !== undefined;
    if (isMissing && !observation.readings.has(tenant)) {
      news.push(listen(fleet, ear, tenant, { kind: 'absent', proven: false }));
    }
  }
  return news;
}

function listen(fleet: Fleet, ear: Ear, tenant: TenantId, heard: Heard): News {
  const { rank, sourceBefore, source, at } = ear;
  const record = fleet.tenants.get(tenant);
  const before = record?.words[rank];
  const known = before && asConfirmed(before, sourceBefore);
  const wasLicensed = record !== undefined && isLicensed(record, at);
  return { tenant, record, before, word: hear(known, heard, at, source, wasLicensed) };
}

/** Whether a license says so, now or until a boundary that is not acted on yet; an override says nothing of a license. */
function isLicensed({ standing, words }: TenantRecord, at: Instant): boolean {
  const stands = standing.status === 'licensed' && standing.reason === 'valid';
  return stands || words.some((word) => isLicensing(word, at));
}

/** Whether a source that had licensed a tenant does not know it now. */
function isMissed(word: Word | undefined): boolean {
  return word?.missing !== undefined && word.fact?.kind === 'license';
}

/** The source, with the number of tenants that are missing after the news. */
function counted(source: SourceState, news: readonly News[]): SourceState {
  let { missing } = source;
  for (const { before, word } of news) {
    missing += Number(isMissed(word)) - Number(isMissed(before));
  }
  return missing === source.missing ? source : { ...source, missing };
}

function takeIn(draft: Draft, rank: number, sourceBefore: SourceState, news: News): void {
  const { tenant, record, before, word } = news;
  const reason = word?.trouble?.reason;
  if (reason !== undefined && reason !== before?.trouble?.reason) {
    draft.troubles.push({ tenant, source: sourceBefore.info.name, reason });
  }
  const wasTrusted = before !== undefined && doubtOf(before, sourceBefore, draft.now) === undefined;
  const words = (record?.words ?? draft.sources.map(() => undefined)).with(rank, word);
  settle(draft, tenant, record, words, !wasTrusted);
  if (isOvertaken(draft, rank, news)) draft.refresh.push(tenant);
}

/**
 * Whether a tenant is not decided on because a boundary came while it was being asked about. That of a tenant
 * that is decided on was seen to come.
 */
function isOvertaken({ sources, now }: Draft, rank: number, { record, word }: News): boolean {
  const isDecidedOn = record !== undefined && record.standing.status !== 'unknown';
  const source = sources[rank];
  if (isDecidedOn || source === undefined || word === undefined) return false;
  return word.trouble === undefined && boundarySince(word, source, now) !== undefined;
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
    keep(draft, first);
  }
  return closeDraft(fleet, draft, false, undefined);
}

/**
 * Takes in that the clock was set back. Whatever was decided by it may be wrong, boundaries that were acted on
 * may be ahead again, and nothing can have been read later than now: so everything is held until it is read again,
 * and what would be another by the new clock is asked about at once. Costs as much as there are tenants.
 */
export function setBack(fleet: Fleet, now: Instant): FleetUpdate {
  const sources = fleet.sources.map((source) => sourceAsOf(source, now));
  const draft = openDraft(fleet, sources, now);
  for (const [tenant, record] of [...fleet.tenants]) {
    const words = record.words.map((word) => word && wordAsOf(word, now));
    settle(draft, tenant, record, words, true);
    if (draft.withheld.get(tenant) !== undefined) draft.refresh.push(tenant);
  }
  const update = closeDraft(fleet, draft, true, undefined);
  const agenda = agendaOf(update.fleet.tenants, draft);
  return { ...update, fleet: { ...update.fleet, agenda } };
}
