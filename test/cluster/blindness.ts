import { setTimeout as pause } from 'node:timers/promises';
import type { Scaler } from './scaler.ts';

/** How long a push would not have reached KEDA, and what came of what was done meanwhile. */
export interface Blindness<T> {
  /** Milliseconds in which not every stream was open, from the first moment to the last. */
  readonly ms: number;
  readonly result: T;
}

/** How often the streams are counted. */
const TICK = 25;

/**
 * Counts the streams while something is done, and until all are open again.
 *
 * @param within how long that may take after the deed, in milliseconds; rejects when they are over
 */
export async function blindness<T>(
  scalers: readonly Scaler[],
  streams: number,
  deed: () => Promise<T>,
  within = 150_000,
): Promise<Blindness<T>> {
  const gap = new Gap();
  let over: number | undefined;
  const working = deed().finally(() => {
    over = Date.now();
  });
  // What it rejects with comes out at the end.
  working.catch(() => undefined);
  const isOver = (): boolean => over !== undefined;
  while (!(isOver() && gap.isClosed)) {
    gap.look((await openStreams(scalers)) >= streams);
    if (over !== undefined && Date.now() > over + within) {
      throw new Error(`${streams} streams were not open again within ${within} ms`);
    }
    await pause(TICK);
  }
  return { ms: gap.ms, result: await working };
}

async function openStreams(scalers: readonly Scaler[]): Promise<number> {
  const counts = await Promise.all(scalers.map((scaler) => scaler.openStreams()));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** From the first look that found something missing to the last one. */
class Gap {
  isClosed = true;
  #first: number | undefined;
  #last: number | undefined;

  get ms(): number {
    return (this.#last ?? 0) - (this.#first ?? 0);
  }

  look(isWhole: boolean): void {
    this.isClosed = isWhole;
    if (isWhole) return;
    this.#first ??= Date.now();
    this.#last = Date.now();
  }
}
