/** Why nothing firm can be said about tenants, in words that are the same for all of whom it is so. */
import { doubtOf } from '../doubt.ts';
import { decide } from '../merge.ts';
import type { SourceState, Word, Words } from '../source-state.ts';
import type { Instant } from '../time.ts';

/** Tenants of whom the same keeps anything firm from being said. */
export interface CauseGroup {
  /** `held`: what was known stands. `unknown`: nothing is known. */
  readonly standing: 'held' | 'unknown';
  readonly cause: string;
  readonly tenants: number;
}

/** What is wrong with the source that decides or, where none does, with the highest that might. */
export function causeOf(words: Words, sources: readonly SourceState[], now: Instant): string {
  const decision = decide(words, sources, now);
  for (let rank = sources.length - 1; rank >= 0; rank--) {
    const source = sources[rank];
    if (source === undefined) continue;
    if (decision.kind === 'decided' && source.info.name !== decision.source) continue;
    const cause = causeAt(source, words[rank], now);
    if (cause !== undefined) return cause;
  }
  return 'no source knows them';
}

function causeAt(source: SourceState, word: Word | undefined, now: Instant): string | undefined {
  const { info, trouble, understood } = source;
  const { label } = info;
  if (trouble !== undefined) return `${label} has failed: ${trouble.reason}`;
  if (word?.trouble !== undefined) {
    const { opaque, reason } = word.trouble;
    return opaque
      ? `what ${label} has about them can't be read: ${reason}`
      : `${label} has failed for them alone: ${reason}`;
  }
  if (word?.missing !== undefined)
    return `${label} no longer knows them, which is not confirmed yet`;
  if (word !== undefined && doubtOf(word, source, now) !== undefined) {
    return `${label} has not confirmed yet what it said about them`;
  }
  const isSilent = info.gives === 'overrides' && understood;
  return word === undefined && !isSilent ? `${label} has not answered about them yet` : undefined;
}

/** Counts tenants by cause. */
export class Causes {
  readonly #groups = new Map<string, CauseGroup>();

  add(standing: CauseGroup['standing'], cause: string): void {
    const key = `${standing} ${cause}`;
    const tenants = (this.#groups.get(key)?.tenants ?? 0) + 1;
    this.#groups.set(key, { standing, cause, tenants });
  }

  /** Those of the most tenants first; of many causes the first few. */
  list(most = 20): CauseGroup[] {
    return [...this.#groups.values()].sort((a, b) => b.tenants - a.tenants).slice(0, most);
  }
}
