import type { Instant, Millis } from './time.ts';

/** How long to wait between attempts while they fail. */
export interface Backoff {
  /** Before the second attempt. */
  readonly first: Millis;
  /** Never longer than this by itself. */
  readonly cap: Millis;
  /** Nor longer than this, even where the other side asks for it (`Retry-After`). */
  readonly askedCap: Millis;
}

/** An outage is found to be over within an interval, or within this time where that is shorter. */
const SOON: Millis = 10_000;
const LATE: Millis = 60_000;

/** Who fails may ask for so much more at most: it does not know when it will work again. */
const OUTAGE_CAP: Millis = 30_000;

/**
 * The waits for somebody who is asked once an interval. One request in flight is no load, so that it is
 * tried more often than is usual; a tenth is left for the answer.
 */
export function backoffFor(interval: Millis): Backoff {
  const cap = 0.9 * Math.min(Math.max(interval, SOON), LATE);
  return { first: 1_000, cap, askedCap: 300_000 };
}

/**
 * The wait after `failures` failures in a row: doubling, capped, with the upper half drawn by chance so
 * that replicas that failed together do not come back together.
 *
 * @param chance from 0 (inclusive) to 1
 */
export function waitAfter(failures: number, chance: number, { first, cap }: Backoff): Millis {
  const full = Math.min(cap, first * 2 ** Math.min(failures - 1, 30));
  return full / 2 + (full / 2) * chance;
}

/** An attempt that failed. */
export interface FailedAttempt {
  readonly begunAt: Instant;
  readonly endedAt: Instant;
  /** In a row, this one included. */
  readonly failures: number;
  /** How long the other side asked to be left in peace. */
  readonly asked?: Millis | undefined;
  /** Whether it works, and refuses because it is asked too often (429). */
  readonly throttled?: boolean | undefined;
}

/**
 * When to try again. The wait counts from the beginning of the attempt, or an outage that shows in
 * time-outs would be noticed to be over later by the time-out; what was asked for counts from the answer.
 */
export function retryAt(attempt: FailedAttempt, chance: number, backoff: Backoff): Instant {
  const { begunAt, endedAt, failures, asked = 0, throttled = false } = attempt;
  const pause = Math.min(asked, backoff.askedCap, throttled ? Infinity : OUTAGE_CAP);
  const wait = waitAfter(failures, chance, backoff);
  return Math.max(begunAt + wait, endedAt + Math.max(pause, backoff.first / 2));
}
