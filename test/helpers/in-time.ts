import type { Millis } from '../../src/core/time.ts';
import { PATIENCE_MS } from './patience.ts';

const FIRST: Millis = 500;
const LONGER = 4;

/** What a test throws that came too late to see what it is about. */
export class TooLate extends Error {}

/**
 * A test of an instant that the program reads from the clock, and before which something must have happened. No
 * number of milliseconds is enough for that on every machine: so the test finds out whether it was too late, and is
 * tried again with four times as much.
 *
 * @param play is given how far from now the instant is to be; throws TooLate if it was not far enough
 */
export function inTime(play: (until: Millis) => Promise<void>): () => Promise<void> {
  return async () => {
    for (let until = FIRST; ; until *= LONGER) {
      try {
        await play(until);
        return;
      } catch (error) {
        if (!(error instanceof TooLate) || until > PATIENCE_MS) throw error;
      }
    }
  };
}
