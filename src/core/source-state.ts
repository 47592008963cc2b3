/** What is kept of a source, and of what it last said about each tenant. */
import type { Fact, SourceInfo } from './observation.ts';
import type { Instant, Millis } from './time.ts';

/** Clocks that differ by less are taken for the same: an HTTP date has no fractions, and servers make one a second. */
export const SAME_CLOCK: Millis = 3_000;

/** Why a source, or its record of one tenant, can't be read at present. */
export interface Trouble {
  readonly since: Instant;
  readonly reason: string;
  readonly opaque: boolean;
  /** Whether it answers, but calls most of the tenants unknown that it had licensed: see `absence.ts`. */
  readonly isMassAbsence?: boolean;
}

/** One source, as far as it concerns every tenant. */
export interface SourceState {
  readonly info: SourceInfo;
  /** Whether it has answered or failed at least once. */
  readonly tried: boolean;
  /** Whether any answer was ever understood. */
  readonly understood: boolean;
  readonly trouble: Trouble | undefined;
  /** When its whole answer was last read. */
  readonly wholeAt: Instant | undefined;
  /**
   * Counts the outages, and the times that the clock was set back. What was read before is not trusted
   * after it, until it is read again: that is what `wholeEpoch` and `Word.epoch` are compared with.
   */
  readonly epoch: number;
  readonly wholeEpoch: number;
  /** When it last proved, since its last outage, that it is itself: by a license, a whole list or a proven absence. */
  readonly vouchedAt: Instant | undefined;
  /** How far its clock is ahead of ours, give or take `SAME_CLOCK`; 0 where that is less. */
  readonly clockOffset: Millis;
  /** How long it takes to confirm every tenant, where that is longer than its interval; otherwise 0. */
  readonly round: Millis;
  /** Tenants that it had licensed itself and that it does not know now, not confirmed yet. */
  readonly missing: number;
}

/** Answers of a source that does not know a tenant that was licensed: not acted on before it is confirmed. */
export interface Missing {
  readonly since: Instant;
  readonly answers: number;
  readonly lastAt: Instant;
  /** For how long it was answered: pauses, and what a clock that is set leaves out, do not count. */
  readonly lasted: Millis;
}

/** What one source last said about one tenant. */
export interface Word {
  /** The last fact; undefined where there never was one. */
  readonly fact: Fact | undefined;
  /**
   * When the tenant was last read by itself or, in trouble or missing, was last confirmed before; otherwise a
   * later whole answer confirms it as well.
   */
  readonly at: Instant;
  readonly epoch: number;
  readonly trouble: Trouble | undefined;
  readonly missing?: Missing | undefined;
  /** When an absence was said for the first time that does not count yet, for anybody may have said it. */
  readonly absentSince?: Instant | undefined;
}

/** A tenant's words, one place for each source, lowest rank first. */
export type Words = readonly (Word | undefined)[];

/** Within what time a source confirms each tenant at present. */
export function paceOf({ info: { interval = Infinity }, round }: SourceState): Millis {
  return Math.max(interval, round);
}

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
    vouchedAt: undefined,
    clockOffset: 0,
    round: 0,
    missing: 0,
  };
}

/**
 * When a word was last confirmed. A whole answer confirms what it does not name, except for a record in it
 * that can't be read, and for a tenant that is missing.
 */
export function confirmedAt({ at, trouble, missing }: Word, { wholeAt }: SourceState): Instant {
  return trouble === undefined && missing === undefined ? Math.max(at, wholeAt ?? at) : at;
}

/** The word with the time at which it was last confirmed as its own. */
export function asConfirmed(word: Word, source: SourceState): Word {
  const at = confirmedAt(word, source);
  return at === word.at ? word : { ...word, at };
}

/** The source after the clock was set back to `now`: what it said is to be read again, and was read no later. */
export function sourceAsOf(source: SourceState, now: Instant): SourceState {
  const { trouble, wholeAt } = source;
  return {
    ...source,
    trouble: trouble && { ...trouble, since: Math.min(trouble.since, now) },
    wholeAt: wholeAt && Math.min(wholeAt, now),
    vouchedAt: undefined,
    epoch: source.epoch + 1,
  };
}

/** The same of a word. */
export function wordAsOf(word: Word, now: Instant): Word {
  const { trouble, missing } = word;
  return {
    ...word,
    at: Math.min(word.at, now),
    trouble: trouble && { ...trouble, since: Math.min(trouble.since, now) },
    missing: missing && {
      ...missing,
      since: Math.min(missing.since, now),
      lastAt: Math.min(missing.lastAt, now),
    },
  };
}
