/** Merge: which of the sources decides about a tenant, and whether it can be trusted to at this moment. */
import { describeTrouble, doubtOf } from './doubt.ts';
import type { Fact, SourceName } from './observation.ts';
import type { Override } from './override.ts';
import { rule } from './rules/index.ts';
import {
  confirmedAt,
  type SourceState,
  type Trouble,
  type Word,
  type Words,
} from './source-state.ts';
import type { Instant, Millis } from './time.ts';

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
  /** Whether the source does not know the tenant any more, which is not confirmed yet. */
  readonly missing: boolean;
  /** Why a higher source of licenses is not heard: this one may grant meanwhile, but not take away. */
  readonly inPlaceOf: string | undefined;
}

interface Undecided {
  readonly kind: 'undecided';
  /** Whether an answer is on its way, as opposed to having failed. */
  readonly pending: boolean;
  /** Why it can't be decided, for an operator. */
  readonly why: string;
  /** When anything that a source said was last confirmed; undefined: none has said anything. */
  readonly knownAt: Instant | undefined;
}

/**
 * Finds the highest source that has a fact about the tenant. Silence passes on; so does a source that
 * failed without ever having had a fact. A source that has not answered yet, or has an entry that was
 * never understood, does not pass on: the answer of a lower rank might be the opposite of its own.
 */
export function decide(words: Words, sources: readonly SourceState[], now: Instant): Decision {
  const above: Above = {
    ahead: aheadOf(sources),
    counts: undefined,
    failed: undefined,
    unasked: undefined,
  };
  for (let rank = sources.length - 1; rank >= 0; rank--) {
    const source = sources[rank];
    const decision = source && decideBy(source, words[rank], above, now);
    if (decision?.kind === 'decided') return decision;
    if (decision !== undefined) return { ...decision, knownAt: lastKnownAt(words, sources) };
  }
  const why = above.failed ?? 'no source knows it';
  return { kind: 'undecided', pending: false, why, knownAt: lastKnownAt(words, sources) };
}

function lastKnownAt(words: Words, sources: readonly SourceState[]): Instant | undefined {
  const known = sources.flatMap((source, rank) => {
    const word = words[rank];
    return word?.fact === undefined ? [] : [confirmedAt(word, source)];
  });
  return known.length === 0 ? undefined : Math.max(...known);
}

/** What the higher sources, which do not decide, leave to a lower one. */
interface Above {
  /** How far the clock here is ahead of a source's: what ends by it may not have ended yet. */
  readonly ahead: Millis;
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
): Decided | Blocked | undefined {
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
): Decided | Blocked | undefined {
  const fact = inForce(word, source, above.ahead);
  if (fact === undefined) return undefined;
  if (fact.kind === 'override' && fact.override.licensed === undefined) {
    above.counts ??= fact.override;
    return undefined;
  }
  // While a higher source of licenses has never answered, a lower one may grant but not take away.
  if (above.unasked !== undefined && rule(fact, now)?.licensed === false) {
    return undecided(false, above.unasked);
  }
  return decided(fact, word, source, above, now);
}

type Gap =
  | { readonly blocks: true; readonly pending: boolean; readonly why: string }
  | { readonly blocks: false; readonly why: string | undefined };

/** Why a source has no fact about a tenant, and whether that keeps lower ranks from deciding. */
function explainGap(word: Word | undefined, source: SourceState, now: Instant): Gap {
  const { info, understood } = source;
  const trouble = word?.trouble?.opaque === true ? word.trouble : (source.trouble ?? word?.trouble);
  if (trouble !== undefined) {
    const why = describeTrouble(source, trouble, now);
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
  { counts, unasked }: Above,
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
    missing: word.missing !== undefined,
    inPlaceOf: unasked,
  };
}

type Blocked = Omit<Undecided, 'knownAt'>;

function undecided(pending: boolean, why: string): Blocked {
  return { kind: 'undecided', pending, why };
}

/**
 * A word's fact, unless it is an override that has ended. Time stands still from the moment that it was
 * last read: the override may have been prolonged since, so its end is not acted on before that is known.
 */
function inForce(word: Word, source: SourceState, ahead: Millis): Fact | undefined {
  const { fact } = word;
  if (fact?.kind !== 'override') return fact;
  return isOver(fact.override, confirmedAt(word, source) - ahead) ? undefined : fact;
}

function aheadOf(sources: readonly SourceState[]): Millis {
  let ahead = 0;
  for (const { clockOffset } of sources) ahead = Math.max(ahead, -clockOffset);
  return ahead;
}

function isOver({ until }: Pick<Override, 'until'>, now: Instant): boolean {
  return until !== undefined && until <= now;
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
