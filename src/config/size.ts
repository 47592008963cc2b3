import { parsed, quote, unparsed, type Parsed } from '../core/parsed.ts';

const UNITS = { GiB: 2 ** 30, MiB: 2 ** 20, KiB: 2 ** 10, B: 1 } as const;
type Unit = keyof typeof UNITS;

/** What a size looks like, as a regular expression for JSON Schema. */
export const SIZE_PATTERN = '^[0-9]+(B|KiB|MiB|GiB)?$';

/** What a size looks like, for people. */
export const A_SIZE = 'a size such as 64MiB (units B, KiB, MiB, GiB; a bare number is bytes)';

/** Parses a size into bytes: a whole number and, unless bytes are meant, one unit. */
export function parseSize(given: string | number): Parsed<number> {
  const match = /^(\d+)(B|KiB|MiB|GiB)?$/.exec(String(given));
  const bytes = match === null ? NaN : Number(match[1]) * UNITS[(match[2] ?? 'B') as Unit];
  if (Number.isSafeInteger(bytes)) return parsed(bytes);
  return unparsed(`is ${quote(given)}, allowed is ${A_SIZE}`);
}

/** The size in the largest unit that says it exactly: `64MiB`. */
export function formatSize(bytes: number): string {
  const unit = (Object.keys(UNITS) as Unit[]).find((name) => bytes % UNITS[name] === 0) ?? 'B';
  return `${bytes / UNITS[unit]}${unit}`;
}
