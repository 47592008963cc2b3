/** Doubt: why what a source said about a tenant can't be acted on now. Without one it is trusted. */
import { describeMissing } from './absence.ts';
import { rule } from './rules/index.ts';
import {
  SAME_CLOCK,
  confirmedAt,
  paceOf,
  type SourceState,
  type Trouble,
  type Word,
} from './source-state.ts';
import { formatInstant, formatMillis, type Instant, type Millis } from './time.ts';

/** A tenant that has not been confirmed for so many intervals (or rounds) is held. */
const INTERVALS = 3;

/** Clocks are corrected by less than this all the time, which changes nothing. */
export const STEP_BACK: Millis = 1_000;

/** Why a word can't be acted on at present, for an operator; undefined: it can. */
export function doubtOf(word: Word, source: SourceState, now: Instant): string | undefined {
  const { info } = source;
  const trouble = source.trouble ?? word.trouble;
  if (trouble !== undefined) return describeTrouble(source, trouble, now);
  if (word.missing !== undefined) return `${info.label} ${describeMissing(word.missing, info)}`;
  if (!isCurrent(word, source)) return `${info.label} works again but has not been asked again yet`;
  return (
    unproven(word, source) ??
    overBoundary(word, source, now) ??
    stale(word, source, now) ??
    betweenClocks(word, source, now)
  );
}

function isCurrent(word: Word, source: SourceState): boolean {
  return Math.max(word.epoch, source.wholeEpoch) === source.epoch;
}

/** Whoever stands in front of the source may answer so for every tenant. */
function unproven({ absentSince }: Word, { info }: SourceState): string | undefined {
  if (absentSince === undefined) return undefined;
  return (
    `${info.label} does not know it, but has given no license to anybody since, ` +
    'so that somebody else may answer in its place: licenseService.absence.proof says how to tell'
  );
}

/**
 * What was read before a boundary is no ground to act on it: it may have been moved since. It has come when
 * it has by either clock.
 */
function overBoundary(word: Word, source: SourceState, now: Instant): string | undefined {
  const until = boundarySince(word, source, now) ?? boundaryThere(word, source, now);
  if (until === undefined) return undefined;
  return `what ${source.info.label} said ends at ${formatInstant(until)}, and it has not been read again since`;
}

/** The boundary that has come since a word was confirmed; undefined: none. */
export function boundarySince(word: Word, source: SourceState, now: Instant): Instant | undefined {
  return boundaryBetween(word, confirmedAt(word, source), now);
}

/** The same by the clock of the source, which is not known to the second. */
function boundaryThere(word: Word, source: SourceState, now: Instant): Instant | undefined {
  const { clockOffset } = source;
  if (clockOffset === 0) return undefined;
  const from = confirmedAt(word, source) + clockOffset - SAME_CLOCK;
  return boundaryBetween(word, from, now + clockOffset + SAME_CLOCK);
}

function boundaryBetween({ fact }: Word, from: Instant, to: Instant): Instant | undefined {
  const until = fact && rule(fact, from)?.until;
  return until !== undefined && until <= to ? until : undefined;
}

function stale(word: Word, source: SourceState, now: Instant): string | undefined {
  const age = now - confirmedAt(word, source);
  if (age < -STEP_BACK) return `the clock was set back since ${source.info.label} confirmed it`;
  if (age <= staleAfter(source)) return undefined;
  return `${source.info.label} has not confirmed it for ${formatMillis(age)}`;
}

/** The age from which on what a source said is held. */
export function staleAfter(source: SourceState): Millis {
  return INTERVALS * paceOf(source);
}

/** Where it depends on the clock, and the clocks differ, nobody knows which of them is right. */
function betweenClocks(word: Word, source: SourceState, now: Instant): string | undefined {
  const { clockOffset, info } = source;
  if (clockOffset === 0 || word.fact === undefined) return undefined;
  const [here, there] = [rule(word.fact, now), rule(word.fact, now + clockOffset)];
  if (here?.licensed === there?.licensed) return undefined;
  const order = clockOffset > 0 ? 'behind' : 'ahead of';
  const difference = formatMillis(Math.abs(clockOffset));
  return `the clock here is ${difference} ${order} that of ${info.label}, and which is right decides about its license`;
}

/** Trouble in words. That one record can't be read, or one tenant's request fails, is no failure of the source. */
export function describeTrouble(source: SourceState, trouble: Trouble, now: Instant): string {
  const { label, gives } = source.info;
  const [lasted, { reason }] = [`for ${formatMillis(now - trouble.since)}`, trouble];
  if (trouble === source.trouble) return `${label} has failed ${lasted}: ${reason}`;
  if (!trouble.opaque) return `${label} has failed for this tenant alone ${lasted}: ${reason}`;
  const what = gives === 'overrides' ? 'its entry' : 'its record';
  return `${what} can't be read (${label}, ${lasted}): ${reason}`;
}
