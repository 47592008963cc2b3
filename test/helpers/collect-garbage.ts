import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects all garbage, what only WeakRefs hold included. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What a WeakRef was made for stays until the end of the turn, and what was young may outlive one collection.
  for (let round = 0; round < 3; round++) {
    await setImmediate();
    collect();
  }
}
