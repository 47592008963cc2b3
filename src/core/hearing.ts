/** Hearing: what an observation makes of a source's state and of its words about tenants. */
import type { SourceState, Trouble, Word } from './merge.ts';
import type { Failure, Observation, Reading, Sighting, SourceInfo } from './observation.ts';
import type { TenantId } from './tenant.ts';
import type { Instant } from './time.ts';

/** The state of a source of which nothing has been seen yet. */
export function untried(info: SourceInfo): SourceState {
  return {
    info,
    tried: false,
    understood: false,
    trouble: undefined,
    wholeAt: undefined,
    epoch: 0,
    wholeEpoch: -1,
  };
}

/** A source's state after an observation of its own. The same object where nothing changed in it. */
export function stateAfter(state: SourceState, observation: Observation): SourceState {
  return observation.kind === 'failure'
    ? afterFailure(state, observation)
    : afterSighting(state, observation);
}

function afterSighting(state: SourceState, sighting: Sighting): SourceState {
  const { at, whole } = sighting;
  if (!whole && state.tried && state.understood && state.trouble === undefined) return state;
  if (!isAnswer(sighting, state)) return state;
  return {
    ...state,
    tried: true,
    understood: true,
    trouble: undefined,
    wholeAt: whole ? at : state.wholeAt,
    wholeEpoch: whole ? state.epoch : state.wholeEpoch,
  };
}

/**
 * Whether a sighting is a sign that its source works. A part of the overrides is not: the rest of them
 * is silent about its tenants only once it was read. Nor is it that nobody asks about a tenant any more.
 */
function isAnswer({ whole, readings }: Sighting, { info }: SourceState): boolean {
  if (whole || info.gives === 'overrides') return whole;
  for (const { kind } of readings.values()) if (kind !== 'silent') return true;
  return false;
}

/** An outage begins a new epoch: what was read before it is not trusted until it is read again. */
function afterFailure(state: SourceState, failure: Failure): SourceState {
  if (failure.tenant !== undefined) return state.tried ? state : { ...state, tried: true };
  return {
    ...state,
    tried: true,
    trouble: troubleAfter(state.trouble, failure.at, failure.reason, failure.opaque),
    epoch: state.trouble === undefined ? state.epoch + 1 : state.epoch,
  };
}

/** Whether a source began or ceased to work, or to stand in the way of those below it. */
export function hasTurned(before: SourceState, after: SourceState): boolean {
  if (before === after) return false;
  return (
    before.tried !== after.tried ||
    before.wholeEpoch !== after.wholeEpoch ||
    before.trouble?.opaque !== after.trouble?.opaque
  );
}

/** What an observation says of single tenants; `failed`: the source could not be asked about this one. */
export type Heard = Reading | { readonly kind: 'failed'; readonly failure: Failure };

/** What an observation says, by tenant. */
export function readingsOf(observation: Observation): Iterable<readonly [TenantId, Heard]> {
  if (observation.kind === 'sighting') return observation.readings;
  const { tenant } = observation;
  return tenant === undefined ? [] : [[tenant, { kind: 'failed', failure: observation }]];
}

/** The word that is made of what was heard; undefined where the source has nothing to say any more. */
export function hear(
  before: Word | undefined,
  heard: Heard,
  at: Instant,
  epoch: number,
): Word | undefined {
  switch (heard.kind) {
    case 'silent':
      return undefined;
    case 'unreadable':
      return inTrouble(before, at, heard.problem, true);
    case 'failed':
      return inTrouble(before, at, heard.failure.reason, heard.failure.opaque);
    default:
      return { fact: heard, at, epoch, trouble: undefined };
  }
}

function inTrouble(before: Word | undefined, at: number, reason: string, opaque: boolean): Word {
  return {
    fact: before?.fact,
    at: before?.at ?? at,
    epoch: before?.epoch ?? -1,
    trouble: troubleAfter(before?.trouble, at, reason, opaque),
  };
}

function troubleAfter(
  before: Trouble | undefined,
  at: number,
  reason: string,
  opaque: boolean,
): Trouble {
  return { since: before?.since ?? at, reason, opaque };
}
