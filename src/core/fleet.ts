/**
 * The fleet: the merged state of all tenants, immutable, numbered by revision. `observe` and `passTime`
 * are its only transitions; both cost as much as the tenants that they touch, however many there are.
 */
import { EMPTY_AGENDA, withoutFirst } from './agenda.ts';
import { closeDraft, openDraft, reconsider, settle, type Draft } from './draft.ts';
import type { Fleet, FleetUpdate } from './fleet-update.ts';
import { hasTurned, hear, readingsOf, stateAfter, untried, type Heard } from './hearing.ts';
import { isTrusted, type SourceState } from './merge.ts';
import type { Observation, SourceInfo } from './observation.ts';
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
    cause: undefined,
  };
}

/** Takes in what a source saw. */
export function observe(fleet: Fleet, observation: Observation, now: Instant): FleetUpdate {
  const rank = fleet.sources.findIndex(({ info }) => info.name === observation.source);
  const before = fleet.sources[rank];
  if (before === undefined) return unchanged(fleet);
  const after = stateAfter(before, observation);
  const sourceTurned = hasTurned(before, after);
  const sources = before === after ? fleet.sources : fleet.sources.with(rank, after);
  const withheld = sourceTurned ? [...fleet.withheld] : [];
  const draft = openDraft(fleet, sources, now);
  const ear: Ear = { rank, before, after, at: observation.at };
  for (const [tenant, heard] of readingsOf(observation)) listen(draft, ear, tenant, heard);
  for (const [tenant] of withheld) reconsider(draft, tenant);
  return closeDraft(fleet, draft, sourceTurned, observation);
}

/** Whose word is heard. */
interface Ear {
  readonly rank: number;
  readonly before: SourceState;
  readonly after: SourceState;
  readonly at: Instant;
}

function listen(
  draft: Draft,
  { rank, before, after, at }: Ear,
  tenant: TenantId,
  heard: Heard,
): void {
  const record = draft.tenants.get(tenant);
  const wordBefore = record?.words[rank];
  const word = hear(wordBefore, heard, at, after.epoch);
  const reason = word?.trouble?.reason;
  if (reason !== undefined && reason !== wordBefore?.trouble?.reason) {
    draft.troubles.push({ tenant, source: after.info.name, reason });
  }
  const wasTrusted = wordBefore !== undefined && isTrusted(wordBefore, before);
  const words = (record?.words ?? draft.sources.map(() => undefined)).with(rank, word);
  settle(draft, tenant, record, words, !wasTrusted);
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
    if (draft.tenants.get(tenant)?.standing.until === at) reconsider(draft, tenant);
  }
  return closeDraft(fleet, draft, false, undefined);
}
