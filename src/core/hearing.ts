/** Hearing: what an observation makes of a source's state and of its words about tenants. */
import type { SourceState, Trouble, Word } from './merge.ts';
import type { Failure, Observation, Reading, Sighting, SourceInfo } from './observation.ts';
import type { TenantId } from './tenant.ts';

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

/** The words that an observation gives, by tenant; undefined where there is none any more. */
export function* hear(
  observation: Observation,
  state: SourceState,
  wordBefore: (tenant: TenantId) => Word | undefined,
): Iterable<readonly [TenantId, Word | undefined]> {
  if (observation.kind === 'sighting') {
    for (const [tenant, reading] of observation.readings) {
      yield [tenant, heard(wordBefore(tenant), reading, observation, state)];
    }
  } else if (observation.tenant !== undefined) {
    const { tenant, reason, opaque } = observation;
    yield [tenant, inTrouble(wordBefore(tenant), observation.at, reason, opaque)];
  }
}

function heard(
  before: Word | undefined,
  reading: Reading,
  { at }: Sighting,
  { epoch }: SourceState,
): Word | undefined {
  switch (reading.kind) {
    case 'silent':
      return undefined;
    case 'unreadable':
      return inTrouble(before, at, reading.problem, true);
    default:
      return { fact: reading, at, epoch, trouble: undefined };
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
