import { createRequire } from 'node:module';

const timers = createRequire(import.meta.url)('undici/lib/util/timers.js') as {
  readonly reset: () => void;
};

/**
 * Forgets undici's one timer, which it starts once and keeps for the life of the process: another test of the
 * same process may have started it by the real clock, and then nothing times out by a virtual one.
 */
export function resetUndiciTimers(): void {
  timers.reset();
}
