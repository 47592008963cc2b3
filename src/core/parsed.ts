import { escapeInvisible } from './invisible.ts';

/** The result of reading something that somebody else wrote: a value, or a sentence that says what is wrong. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function unparsed(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}

/**
 * A value as it is quoted in a problem: JSON, cut to a length that a log line bears. What can't be seen
 * is escaped, so that an id with a zero-width space differs from the one without.
 */
export function quote(value: unknown): string {
  const text = escapeInvisible(toText(value).slice(0, 61));
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** JSON has no words for everything that YAML can say, and throws at it. */
function toText(value: unknown): string {
  if (value === undefined || typeof value === 'bigint') return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return 'a circular object';
  }
}

/** Whether the value is a JSON object: neither null nor an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
