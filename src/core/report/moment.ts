import type { Instant } from '../time.ts';

/** An instant as the API writes it: RFC 3339 in UTC with milliseconds; null where there is none. */
export function toMoment(instant: Instant | undefined): string | null {
  // Beyond the range of dates nothing is written rather than thrown at.
  if (instant === undefined || Math.abs(instant) > 8.64e15) return null;
  return new Date(instant).toISOString();
}

/** The age of what happened then, in whole seconds; null where it never did. */
export function toAge(instant: Instant | undefined, now: Instant): number | null {
  return instant === undefined ? null : Math.max(0, Math.floor((now - instant) / 1000));
}
