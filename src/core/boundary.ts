/** Boundaries: the beginning and the end of a license or an override, as other systems write them. */
import { parsed, quote, unparsed, type Parsed } from './parsed.ts';
import { parseInstant, type Instant } from './time.ts';

/**
 * Systems that can't leave a date out write one that can't be meant: 0001-01-01 (.NET, Go), 1601, 1753,
 * 1899, 1970-01-01 (a Unix time of 0) for "no date", 9999-12-31 for "never".
 */
const FIRST_YEAR = 1990;
const NEVER_YEAR = 9000;
const [FIRST, LAST] = [Date.UTC(FIRST_YEAR + 1, 0), Date.UTC(NEVER_YEAR - 1, 0)];

/** A date, or a date and a time, in the forms that databases and languages print. */
const DATE =
  /^((\d{4})-(\d{2})-(\d{2}))(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)( ?(?:[Zz]|UTC|[+-]\d{2}:?\d{2}))?)?$/;

/**
 * Reads an optional end. Undefined: there is none, for nothing (or null) was given, or a date that
 * stands for "never". An end before 1990 is refused: no license ended then, so its end is not known.
 */
export function parseEnd(value: unknown): Parsed<Instant | undefined> {
  const usual = parseUsual(value);
  if (usual !== undefined) return usual;
  const year = yearOf(value);
  if (year >= NEVER_YEAR) return parsed(undefined);
  if (year < FIRST_YEAR) {
    const allowed = `allowed are ends from ${FIRST_YEAR} on, or null for none`;
    return unparsed(`is ${quote(value)}, which stands for "no date": ${allowed}`);
  }
  return parseOptionalInstant(value);
}

/**
 * Reads an optional start. Undefined: it has begun, for nothing (or null) was given, or a date before
 * 1990. A date that stands for "never" is refused.
 */
export function parseStart(value: unknown): Parsed<Instant | undefined> {
  const usual = parseUsual(value);
  if (usual !== undefined) return usual;
  const year = yearOf(value);
  if (year < FIRST_YEAR) return parsed(undefined);
  if (year < NEVER_YEAR || Number.isNaN(year)) return parseOptionalInstant(value);
  const allowed = `allowed are starts before the year ${NEVER_YEAR}`;
  return unparsed(`is ${quote(value)}, which stands for "never": ${allowed}`);
}

/** A boundary that is as it should be, or is not given: of a hundred thousand, almost all. */
function parseUsual(value: unknown): Parsed<Instant | undefined> | undefined {
  if (value === undefined || value === null) return parsed(undefined);
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  return instant !== undefined && instant >= FIRST && instant < LAST ? parsed(instant) : undefined;
}

function parseOptionalInstant(value: unknown): Parsed<Instant | undefined> {
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  if (instant !== undefined) return parsed(instant);
  return unparsed(`is ${quote(value)}${describeMissing(value)}`);
}

/** What is missing in a date, with an example made of it; otherwise an example alone. */
function describeMissing(value: unknown): string {
  const [, date = '', , , , time = '', zone] = matchDate(value) ?? [];
  const seconds = time.length === 5 ? `${time}:00` : time;
  const example = `${date}T${seconds || '00:00:00'}Z`;
  if (zone !== undefined || parseInstant(example) === undefined) {
    return ', allowed is a date like 2027-01-31T00:00:00Z';
  }
  const missing = time === '' ? 'a time and a zone' : 'a zone';
  return `, which lacks ${missing}: allowed is a date like ${example}`;
}

/** The year as it is written; NaN where the value is no date in any form. */
function yearOf(value: unknown): number {
  const [, , year, month, day] = matchDate(value) ?? [];
  return Number(month) <= 12 && Number(day) <= 31 ? Number(year) : NaN;
}

function matchDate(value: unknown): RegExpExecArray | null {
  return typeof value === 'string' ? DATE.exec(value) : null;
}
