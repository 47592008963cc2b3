/** Statuses: what the words of license services say about a license. */
import { parsed, quote, unparsed, type Parsed } from './parsed.ts';

/** Words beside the known ones, or in another meaning than they have here. */
export interface StatusWords {
  /** They say nothing against a license: its period decides. */
  readonly active: readonly string[];
  /** They take a license away. */
  readonly inactive: readonly string[];
}

/**
 * - `harmless`: nothing against a license: its period decides.
 * - `not-renewed`: paid until the end of its period; without an end it is over.
 * - `takes-away`: whatever its period says.
 */
type Effect = 'harmless' | 'not-renewed' | 'takes-away';

/** A word, and what it says. */
interface Status {
  readonly word: string;
  readonly effect: Effect;
}

const WORDS: Readonly<Record<Effect, readonly string[]>> = {
  harmless: [
    ...['active', 'enabled', 'valid', 'live', 'trial', 'trialing', 'trialling', 'in_trial'],
    ...[
      'expiring',
      'non_renewing',
      'not_renewing',
      'canceling',
      'cancelling',
      'pending_cancellation',
    ],
    ...['past_due', 'overdue', 'grace', 'grace_period', 'in_grace', 'in_grace_period'],
  ],
  'not-renewed': ['canceled', 'cancelled'],
  'takes-away': [
    ...['suspended', 'paused', 'on_hold', 'blocked', 'banned', 'disabled', 'deactivated', 'unpaid'],
    ...['revoked', 'expired', 'lapsed', 'ended', 'terminated', 'deleted'],
    ...['pending', 'incomplete', 'incomplete_expired'],
  ],
};

const EFFECTS: ReadonlyMap<string, Effect> = new Map(
  (Object.keys(WORDS) as Effect[]).flatMap((effect) =>
    WORDS[effect].map((word) => [word, effect] as const),
  ),
);

/**
 * Reads an optional status. A word that is not known is refused, and so is `inactive`: to some services
 * it means that a license is over, to others (Keygen) that it was not used lately.
 */
export function parseStatus(value: unknown, words: StatusWords): Parsed<Status | undefined> {
  if (value === undefined || value === null) return parsed(undefined);
  if (typeof value !== 'string') return unparsed(`is ${quote(value)}, allowed is a text`);
  const word = toWord(value);
  const effect = effectOf(word, words);
  if (effect !== undefined) return parsed({ word, effect });
  const why =
    word === 'inactive' ? 'which services use in opposite meanings' : 'which is not known';
  return unparsed(`is ${quote(value)}, ${why}: licenseService.statuses can say what it means`);
}

function effectOf(word: string, { active, inactive }: StatusWords): Effect | undefined {
  if (active.some((other) => toWord(other) === word)) return 'harmless';
  if (inactive.some((other) => toWord(other) === word)) return 'takes-away';
  return EFFECTS.get(word);
}

/** `Past Due`, `past-due` and `pastDue` are `past_due`. */
function toWord(status: string): string {
  return status
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[\s-]+/g, '_')
    .toLowerCase();
}
