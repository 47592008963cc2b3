/** Instants and durations: parsing and wording. Nothing here reads a clock. */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** A length of time in milliseconds. */
export type Millis = number;

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt]([01]\d|2[0-3]):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Parses an RFC 3339 date-time, such as `2027-01-31T00:00:00Z`.
 *
 * @returns the instant, or undefined where the text is anything else: another format, or a day that
 * does not exist (JavaScript would turn February 30 into March 2).
 */
export function parseInstant(text: string): Instant | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  // Every month has 28; to ask for its length takes longest.
  return day <= 28 || day <= daysInMonth(year, month) ? instant : undefined;
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The instant in RFC 3339, UTC, without a fraction where there is none: `2027-01-31T00:00:00Z`. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

/** A duration as a person says it, in one unit, rounded down: `42 s`, `5 min`, `3 h`, `12 d`. */
export function formatMillis(millis: Millis): string {
  const seconds = Math.floor(Math.max(0, millis) / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
