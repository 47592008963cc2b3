import type { Millis } from '../../src/core/time.ts';
import { PATIENCE_MS } from './patience.ts';

const FIRST: Millis = 500;
const LONGER = 4;

/** Thrown by a test that was too slow to see what it is about. */
export class TooLate extends Error {}

/**
 * Runs a test that has to do something before an instant which the program reads from the clock. How long a machine
 * needs for that is not known: so the test finds out whether it was too late, and is run again with four times as long.
 *
 * @param play is given how far from now the instant is to be; throws TooLate if that was not enough
 */
export function inTime(play: (until: Millis) => Promise<void>): () => Promise<void> {
  return async () => {
    for (let until = FIRST; ; until *= LONGER) {
      try {
        await play(until);
        return;
      } catch (error) {
        if (!(error instanceof TooLate) || until * LONGER > PATIENCE_MS) throw error;
      }
    }
  };
}
