import { distance } from 'fastest-levenshtein';
import { SETTINGS, formatPath } from './settings.ts';

/** The part of a name's letters that may be others, and still it is taken for a misspelled one. */
const LIKENESS = 0.4;

/**
 * The known name that takes the fewest changes of a letter; upper and lower case count as the same.
 *
 * @returns undefined where none is like it: what has nothing in common with it is no advice
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const best = nearestBy(known, (candidate) => lettersBetween(name, candidate));
  return best !== undefined && isAlike(name, best) ? best : undefined;
}

/**
 * The known key that somebody probably meant: compared by the last word alone, because a key in the
 * wrong section is as usual a mistake as a misspelled one; the same section wins a draw.
 *
 * @returns undefined where none is like it
 */
export function nearestKey(path: readonly PropertyKey[]): string | undefined {
  const section = formatPath(path.slice(0, -1));
  const name = String(path.at(-1));
  const known = SETTINGS.filter(({ path: { length } }) => length > 0);
  const cost = (setting: (typeof known)[number]): number => {
    const elsewhere = formatPath(setting.path.slice(0, -1)) === section ? 0 : 0.5;
    return lettersBetween(name, setting.path.at(-1) ?? '') + elsewhere;
  };
  const best = nearestBy(known, cost);
  return best !== undefined && isAlike(name, best.path.at(-1) ?? '') ? best.key : undefined;
}

function isAlike(a: string, b: string): boolean {
  return lettersBetween(a, b) <= LIKENESS * Math.max(a.length, b.length);
}

function lettersBetween(a: string, b: string): number {
  return distance(a.toLowerCase(), b.toLowerCase());
}

function nearestBy<T>(known: readonly T[], cost: (candidate: T) => number): T | undefined {
  return known.reduce<T | undefined>(
    (best, candidate) => (best === undefined || cost(candidate) < cost(best) ? candidate : best),
    undefined,
  );
}
