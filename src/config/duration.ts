import { parsed, quote, unparsed, type Parsed } from '../core/parsed.ts';
import type { Millis } from '../core/time.ts';

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
type Unit = keyof typeof UNITS;

/** What a duration looks like, as a regular expression for JSON Schema. */
export const DURATION_PATTERN = '^[0-9]+(ms|s|m|h|d)$';

/** What a duration looks like, for people. */
export const A_DURATION = 'a duration such as 500ms, 10s, 5m, 1h or 1d';

/**
 * Parses a duration: a whole number and one unit (`ms`, `s`, `m`, `h`, `d`), nothing between them. A
 * bare number is refused: whether it means seconds or milliseconds is not ours to guess.
 */
export function parseDuration(text: string): Parsed<Millis> {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text);
  const millis = match === null ? NaN : Number(match[1]) * UNITS[match[2] as Unit];
  if (Number.isSafeInteger(millis)) return parsed(millis);
  return unparsed(`is ${quote(text)}, allowed is ${A_DURATION}`);
}

/** The duration in the largest unit that says it exactly: `90s`, `5m`. `0s` for none. */
export function formatDuration(millis: Millis): string {
  if (millis === 0) return '0s';
  const unit = (Object.keys(UNITS) as Unit[]).find((name) => millis % UNITS[name] === 0) ?? 'ms';
  return `${millis / UNITS[unit]}${unit}`;
}
