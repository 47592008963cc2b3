import type { Millis } from './time.ts';

/** How long to wait between attempts while they fail. */
export interface Backoff {
  /** Before the second attempt. */
  readonly first: Millis;
  /** Never longer than this by itself. */
  readonly cap: Millis;
  /** Nor longer than this, even where the other side asks for it (`Retry-After`). */
  readonly askedCap: Millis;
}

export const DEFAULT_BACKOFF: Backoff = { first: 1_000, cap: 60_000, askedCap: 300_000 };

/**
 * The wait after `failures` failures in a row: doubling, capped, with the upper half drawn by chance so
 * that replicas that failed together do not come back together.
 *
 * @param chance from 0 (inclusive) to 1
 * @param asked what the other side asked for; obeyed as a minimum, up to `askedCap`
 */
export function waitAfter(
  failures: number,
  chance: number,
  { first, cap, askedCap }: Backoff,
  asked: Millis = 0,
): Millis {
  const full = Math.min(cap, first * 2 ** Math.min(failures - 1, 30));
  const drawn = full / 2 + (full / 2) * chance;
  return Math.max(drawn, Math.min(asked, askedCap));
}
