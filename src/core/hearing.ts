/** Hearing: what an observation makes of a source's state and of its words about tenants. */
import { hearAbsence } from './absence.ts';
import { staleAfter } from './doubt.ts';
import type { Failure, Observation, Reading, Sighting } from './observation.ts';
import { SAME_CLOCK, type SourceState, type Trouble, type Word } from './source-state.ts';
import type { TenantId } from './tenant.ts';
import type { Instant, Millis } from './time.ts';

/**
 * A source's state after an observation of its own. The same object where nothing changed in it.
 *
 * @param now when the observation arrived
 * @param isWaitedFor whether somebody waits for a proof that the source is itself
 */
export function stateAfter(
  state: SourceState,
  observation: Observation,
  now: Instant,
  isWaitedFor: boolean,
): SourceState {
  return observation.kind === 'failure'
    ? afterFailure(state, observation)
    : afterSighting(state, observation, now, isWaitedFor);
}

function afterSighting(
  before: SourceState,
  sighting: Sighting,
  now: Instant,
  isWaitedFor: boolean,
): SourceState {
  const state = afterClock(before, sighting, now);
  const { at, whole } = sighting;
  if (!isAnswer(sighting, state)) return state;
  const vouchedAt = vouches(sighting) ? at : state.vouchedAt;
  // Most answers change nothing: then the state is the same object.
  const isNews = whole || !state.understood || outageOf(state) !== undefined;
  const isProof = vouchedAt !== state.vouchedAt && (isWaitedFor || state.vouchedAt === undefined);
  if (!isNews && !isProof) return state;
  return {
    ...state,
    tried: true,
    understood: true,
    // To answer is what a source does in a mass absence: that ends by other answers.
    trouble: state.trouble === outageOf(state) ? undefined : state.trouble,
    vouchedAt,
    wholeAt: whole ? at : state.wholeAt,
    wholeEpoch: whole ? state.epoch : state.wholeEpoch,
  };
}

/** The trouble of a source that does not answer. */
function outageOf({ trouble }: SourceState): Trouble | undefined {
  return trouble?.isMassAbsence === true ? undefined : trouble;
}

/** Whether it is certain that the source itself answers, and nobody in its place. */
function vouches({ whole, readings }: Sighting): boolean {
  if (whole) return true;
  for (const reading of readings.values()) {
    if (reading.kind === 'license' || (reading.kind === 'absent' && reading.proven)) return true;
  }
  return false;
}

/** What a sighting says of the source's clock and pace. */
function afterClock(state: SourceState, sighting: Sighting, now: Instant): SourceState {
  const clockOffset = offsetOf(sighting, now) ?? state.clockOffset;
  const round = sighting.round ?? 0;
  const isSame =
    Math.abs(clockOffset - state.clockOffset) < SAME_CLOCK && Math.abs(round - state.round) < 1_000;
  return isSame ? state : { ...state, clockOffset, round };
}

function offsetOf({ at, clock }: Sighting, now: Instant): Millis | undefined {
  if (clock === undefined) return undefined;
  // Between the question and the answer any time is the same time.
  const offset = clock < at ? clock - at : Math.max(0, clock - now);
  return Math.abs(offset) < SAME_CLOCK ? 0 : offset;
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
  const outage = outageOf(state);
  return {
    ...state,
    tried: true,
    trouble: troubleAfter(outage, failure.at, failure.reason, failure.opaque),
    epoch: outage === undefined ? state.epoch + 1 : state.epoch,
    vouchedAt: undefined,
  };
}

/**
 * Whether a source began or ceased to be relied on, or to stand in the way of those below it.
 *
 * @param now when the observation arrived that made the one of the other
 */
export function hasTurned(before: SourceState, after: SourceState, now: Instant): boolean {
  if (before === after) return false;
  return (
    before.tried !== after.tried ||
    before.epoch !== after.epoch ||
    before.wholeEpoch !== after.wholeEpoch ||
    before.trouble?.opaque !== after.trouble?.opaque ||
    before.clockOffset !== after.clockOffset ||
    before.round < after.round ||
    (before.wholeAt !== after.wholeAt && now - (before.wholeAt ?? now) > staleAfter(before))
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

/**
 * The word that is made of what was heard; undefined where the source has nothing to say any more.
 *
 * @param source after the observation
 * @param wasLicensed whether any source of licenses has one for the tenant that is valid
 */
export function hear(
  before: Word | undefined,
  heard: Heard,
  at: Instant,
  source: SourceState,
  wasLicensed: boolean,
): Word | undefined {
  switch (heard.kind) {
    case 'silent':
      return undefined;
    case 'unreadable':
      return inTrouble(before, at, heard.problem, true);
    case 'failed':
      return inTrouble(before, at, heard.failure.reason, heard.failure.opaque);
    case 'absent':
      return hearAbsence(before, heard, at, source, wasLicensed);
    default:
      return { fact: heard, at, epoch: source.epoch, trouble: undefined };
  }
}

function inTrouble(before: Word | undefined, at: number, reason: string, opaque: boolean): Word {
  return {
    fact: before?.fact,
    at: before?.at ?? at,
    epoch: before?.epoch ?? -1,
    trouble: troubleAfter(before?.trouble, at, reason, opaque),
    // A record that can't be read is there; not to have been answered says nothing.
    missing: opaque ? undefined : before?.missing,
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
