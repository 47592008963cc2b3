import { distance } from 'fastest-levenshtein';
import { SETTINGS, formatPath } from './settings.ts';

/** The known name that takes the fewest changes of a letter; upper and lower case count as the same. */
export function nearest(name: string, known: readonly string[]): string {
  return nearestBy(known, (candidate) => lettersBetween(name, candidate));
}

/**
 * The known key that somebody probably meant: compared by the last word alone, because a key in the
 * wrong section is as usual a mistake as a misspelled one; the same section wins a draw.
 */
export function nearestKey(path: readonly PropertyKey[]): string {
  const section = formatPath(path.slice(0, -1));
  const name = String(path.at(-1));
  const known = SETTINGS.filter(({ path: { length } }) => length > 0);
  const cost = (setting: (typeof known)[number]): number => {
    const elsewhere = formatPath(setting.path.slice(0, -1)) === section ? 0 : 0.5;
    return lettersBetween(name, setting.path.at(-1) ?? '') + elsewhere;
  };
  return nearestBy(known, cost).key;
}

function lettersBetween(a: string, b: string): number {
  return distance(a.toLowerCase(), b.toLowerCase());
}

function nearestBy<T>(known: readonly T[], cost: (candidate: T) => number): T {
  return known.reduce((best, candidate) => (cost(candidate) < cost(best) ? candidate : best));
}
