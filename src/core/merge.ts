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

export interface Undecided {
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
  let counts: ReplicasOnly | undefined;
  let failed: string | undefined;
  let unasked: string | undefined;
  for (let rank = sources.length - 1; rank >= 0; rank--) {
    const source = sources[rank] as SourceState;
    const word = words[rank];
    const fact = word === undefined ? undefined : inForce(word, source, now);
    if (fact?.kind === 'override' && fact.override.licensed === undefined) {
      counts ??= { replicas: fact.override.replicas, until: fact.override.until };
    } else if (fact !== undefined && word !== undefined) {
      // Not to be in a fallback's list is no ground for a suspension while its better has never answered.
      if (fact.kind === 'absent' && unasked !== undefined) return undecided(false, unasked);
      return decided(fact, word, source, counts, now);
    }
    if (word?.fact !== undefined) continue;
    const gap = explainGap(word, source, now);
    if (gap.blocks) return undecided(gap.pending, gap.why);
    failed ??= gap.why;
    if (source.info.gives === 'licenses') unasked ??= gap.why;
  }
  return undecided(false, failed ?? 'no source knows it');
}

interface ReplicasOnly {
  readonly replicas: number | undefined;
  readonly until: Instant | undefined;
}

type Gap =
  | { readonly blocks: true; readonly pending: boolean; readonly why: string }
  | { readonly blocks: false; readonly why: string | undefined };

/** Why a source has no fact about a tenant, and whether that keeps lower ranks from deciding. */
function explainGap(word: Word | undefined, source: SourceState, now: Instant): Gap {
  const { info, trouble, wholeAt } = source;
  if (word?.trouble?.opaque === true) {
    return { blocks: true, pending: false, why: describeTrouble(info, word.trouble, now) };
  }
  const reason = trouble ?? word?.trouble;
  if (reason !== undefined) {
    const why = describeTrouble(info, reason, now);
    const neverRead = reason.opaque && info.gives === 'overrides' && !source.understood;
    return neverRead ? { blocks: true, pending: false, why } : { blocks: false, why };
  }
  // A first slice says nothing of the tenants in the others.
  if (info.gives === 'overrides' && wholeAt !== undefined) return { blocks: false, why: undefined };
  return { blocks: true, pending: true, why: `${info.label} has not answered yet` };
}

function decided(
  fact: Fact,
  word: Word,
  source: SourceState,
  counts: ReplicasOnly | undefined,
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
 * A word's fact, unless it is an override that has ended. For a source that can't be read time stands
 * still: the override may have been prolonged since, so its end is not acted on either.
 */
function inForce(word: Word, source: SourceState, now: Instant): Fact | undefined {
  const { fact } = word;
  if (fact?.kind !== 'override') return fact;
  const asOf = isTrusted(word, source) ? now : trustedUntil(word, source);
  return isOver(fact.override, asOf) ? undefined : fact;
}

function isOver({ until }: Pick<Override, 'until'>, now: Instant): boolean {
  return until !== undefined && until <= now;
}

/** When a word that is not trusted ceased to be; an override that was over by then is over. */
function trustedUntil(word: Word, source: SourceState): Instant {
  const since = Math.min(source.trouble?.since ?? Infinity, word.trouble?.since ?? Infinity);
  return Number.isFinite(since) ? since : confirmedAt(word, source);
}

/** A whole answer confirms what it does not name, except for a record in it that can't be read. */
function confirmedAt({ at, trouble }: Word, { wholeAt }: SourceState): Instant {
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

function describeTrouble(info: SourceInfo, trouble: Trouble, now: Instant): string {
  return `${info.label} has failed for ${formatMillis(now - trouble.since)}: ${trouble.reason}`;
}
