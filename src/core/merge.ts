/** Merge: which of the sources decides about a tenant, and whether it can be trusted to at this moment. */
import type { Fact, SourceInfo, SourceName } from './observation.ts';
import type { Override } from './override.ts';
import { formatMillis, type Instant } from './time.ts';

/** Why a source, or its record of one tenant, can't be read at present. */
export interface Trouble {
  readonly since: Instant;
  readonly reason: string;
  readonly opaque: boolean;
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
   * Counts the outages. What was read before an outage is not trusted after it, until it is read again:
   * that is what `wholeEpoch` and `Word.epoch` are compared with.
   */
  readonly epoch: number;
  readonly wholeEpoch: number;
}

/** What one source last said about one tenant. */
export interface Word {
  /** The last fact; undefined where there never was one. */
  readonly fact: Fact | undefined;
  /** When the tenant was last read by itself; a later whole answer confirms it as well. */
  readonly at: Instant;
  readonly epoch: number;
  readonly trouble: Trouble | undefined;
}

/** A tenant's words, one place for each source, lowest rank first. */
export type Words = readonly (Word | undefined)[];

/** Who decides about a tenant. */
export type Decision = Decided | Undecided;

export interface Decided {
  readonly kind: 'decided';
  readonly fact: Fact;
  readonly source: SourceName;
  /** The replicas of the deciding source, or of an override that is about them alone. */
  readonly replicas: number | undefined;
  /** When an override that is about replicas alone ends. */
  readonly until: Instant | undefined;
  /** Whether an override that is over is still obeyed, because it can't be read whether it was prolonged. */
  readonly overdue: boolean;
  /** When the fact was last confirmed. */
  readonly knownAt: Instant;
  /** Undefined: the fact is trusted. Otherwise why it can't be acted on now: hold. */
  readonly doubt: string | undefined;
}

interface Undecided {
  readonly kind: 'undecided';
  /** Whether an answer is on its way, as opposed to having failed. */
  readonly pending: boolean;
  /** Why nothing is known, for an operator. */
  readonly why: string;
}

/**
 * Finds the highest source that has a fact about the tenant. Silence passes on; so does a source that
 * failed without ever having had a fact. A source that has not answered yet, or has an entry that was
 * never understood, does not pass on: the answer of a lower rank might be the opposite of its own.
 */
export function decide(words: Words, sources: readonly SourceState[], now: Instant): Decision {
  const above: Above = { counts: undefined, failed: undefined, unasked: undefined };
  for (let rank = sources.length - 1; rank >= 0; rank--) {
    const source = sources[rank];
    const decision = source && decideBy(source, words[rank], above, now);
    if (decision !== undefined) return decision;
  }
  return undecided(false, above.failed ?? 'no source knows it');
}

/** What the higher sources, which do not decide, leave to a lower one. */
interface Above {
  /** An override that is about replicas alone. */
  counts: Pick<Override, 'replicas' | 'until'> | undefined;
  /** Why the first of them failed, and why the first of the licenses among them did. */
  failed: string | undefined;
  unasked: string | undefined;
}

/** What one source makes of a tenant; undefined: it passes on. */
function decideBy(
  source: SourceState,
  word: Word | undefined,
  above: Above,
  now: Instant,
): Decision | undefined {
  if (word?.fact !== undefined) return decideOn(word, source, above, now);
  const gap = explainGap(word, source, now);
  if (gap.blocks) return undecided(gap.pending, gap.why);
  above.failed ??= gap.why;
  if (source.info.gives === 'licenses') above.unasked ??= gap.why;
  return undefined;
}

function decideOn(
  word: Word,
  source: SourceState,
  above: Above,
  now: Instant,
): Decision | undefined {
  const fact = inForce(word, source, now);
  if (fact === undefined) return undefined;
  if (fact.kind === 'override' && fact.override.licensed === undefined) {
    above.counts ??= fact.override;
    return undefined;
  }
  // Not to be in a fallback's list is no ground for a suspension while its better has never answered.
  if (fact.kind === 'absent' && above.unasked !== undefined) {
    return undecided(false, above.unasked);
  }
  return decided(fact, word, source, above.counts, now);
}

type Gap =
  | { readonly blocks: true; readonly pending: boolean; readonly why: string }
  | { readonly blocks: false; readonly why: string | undefined };

/** Why a source has no fact about a tenant, and whether that keeps lower ranks from deciding. */
function explainGap(word: Word | undefined, source: SourceState, now: Instant): Gap {
  const { info, understood } = source;
  const trouble = word?.trouble?.opaque === true ? word.trouble : (source.trouble ?? word?.trouble);
  if (trouble !== undefined) {
    const why = describeTrouble(info, trouble, now);
    return isDecisive(trouble, source)
      ? { blocks: true, pending: false, why }
      : { blocks: false, why };
  }
  if (info.gives === 'overrides' && understood) return { blocks: false, why: undefined };
  return { blocks: true, pending: true, why: `${info.label} has not answered yet` };
}

/** Whether what could not be read might say the opposite of what a lower rank says. */
function isDecisive(trouble: Trouble, source: SourceState): boolean {
  const { info, understood } = source;
  // A broken overrides file may hold an entry, as long as none was ever read; a missing one does not.
  if (trouble === source.trouble)
    return trouble.opaque && info.gives === 'overrides' && !understood;
  // The source works, only this tenant's request failed: a license is to be had, and waited for.
  return trouble.opaque || info.gives === 'licenses';
}

function decided(
  fact: Fact,
  word: Word,
  source: SourceState,
  counts: Above['counts'],
  now: Instant,
): Decided {
  const countsOver = counts !== undefined && isOver(counts, now);
  return {
    kind: 'decided',
    fact,
    source: source.info.name,
    replicas: counts?.replicas ?? replicasOf(fact),
    until: countsOver ? undefined : counts?.until,
    overdue: countsOver || (fact.kind === 'override' && isOver(fact.override, now)),
    knownAt: confirmedAt(word, source),
    doubt: doubtOf(word, source, now),
  };
}

function undecided(pending: boolean, why: string): Undecided {
  return { kind: 'undecided', pending, why };
}

/** Why a word can't be acted on at present; undefined: it can. */
function doubtOf(word: Word, source: SourceState, now: Instant): string | undefined {
  const trouble = source.trouble ?? word.trouble;
  if (trouble !== undefined) return describeTrouble(source.info, trouble, now);
  if (isCurrent(word, source)) return undefined;
  return `${source.info.label} works again but has not been asked again yet`;
}

/** Whether a word was confirmed since its source's last outage, and nothing is wrong with either. */
export function isTrusted(word: Word, source: SourceState): boolean {
  return source.trouble === undefined && word.trouble === undefined && isCurrent(word, source);
}

function isCurrent(word: Word, source: SourceState): boolean {
  return Math.max(word.epoch, source.wholeEpoch) === source.epoch;
}

/**
 * A word's fact, unless it is an override that has ended. For what can't be read time stands still from
 * the moment of the trouble: the override may have been prolonged since, so its end is not acted on.
 */
function inForce(word: Word, source: SourceState, now: Instant): Fact | undefined {
  const { fact } = word;
  if (fact?.kind !== 'override') return fact;
  const asOf = Math.min(source.trouble?.since ?? now, word.trouble?.since ?? now);
  return isOver(fact.override, asOf) ? undefined : fact;
}

function isOver({ until }: Pick<Override, 'until'>, now: Instant): boolean {
  return until !== undefined && until <= now;
}

/**
 * When a word was last confirmed. A whole answer confirms what it does not name, except for a record in it
 * that can't be read.
 */
export function confirmedAt({ at, trouble }: Word, { wholeAt }: SourceState): Instant {
  return Math.max(at, Math.min(wholeAt ?? at, trouble?.since ?? Infinity));
}

function replicasOf(fact: Fact): number | undefined {
  switch (fact.kind) {
    case 'license':
      return fact.license.replicas;
    case 'override':
      return fact.override.replicas;
    case 'absent':
      return undefined;
  }
}

/** Trouble in words: `license service ... has failed for 42 s: connect ECONNREFUSED`. */
export function describeTrouble(info: SourceInfo, trouble: Trouble, now: Instant): string {
  return `${info.label} has failed for ${formatMillis(now - trouble.since)}: ${trouble.reason}`;
}
