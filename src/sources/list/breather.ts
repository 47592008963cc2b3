import { setImmediate } from 'node:timers/promises';
import type { Millis } from '../../core/time.ts';

/** Lets other work run in the midst of a long piece of work. */
export interface Breather {
  /** Whether the work has held the event loop for long enough. */
  isDue(): boolean;
  /** Lets everything else that is ready run. Rejects when the signal aborts. */
  breathe(): Promise<void>;
}

/** @param budget how long the event loop may be held at a time */
export function createBreather(signal: AbortSignal, budget: Millis = 5): Breather {
  let since = performance.now();
  return {
    isDue: () => performance.now() - since >= budget,
    async breathe() {
      await setImmediate(undefined, { signal });
      since = performance.now();
    },
  };
}
