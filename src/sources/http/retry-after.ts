import type { Instant, Millis } from '../../core/time.ts';

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date.
 *
 * @returns how long the other side asked to be left in peace, not capped; undefined where it said
 * nothing that can be understood
 */
export function parseRetryAfter(value: unknown, now: Instant): Millis | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = parseHttpDate(text);
  return at === undefined ? undefined : Math.max(0, at - now);
}

/** Reads a date of HTTP, such as `Sun, 06 Nov 1994 08:49:37 GMT`; undefined where it is none. */
export function parseHttpDate(text: string): Instant | undefined {
  // It always names its weekday; Date.parse alone would take "-5" for a year.
  const at = /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : at;
}
