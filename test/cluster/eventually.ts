import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again and again until there is an answer, for what nobody reports by itself.
 *
 * @param ask gives undefined (or false) for "not yet"; what it throws counts as "not yet" too
 * @param within milliseconds; rejects when they are over
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  within = 60_000,
): Promise<T> {
  const deadline = Date.now() + within;
  let trouble: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      trouble = error;
    }
    await pause(50);
  }
  throw new Error(`not within ${within} ms: ${what}`, { cause: trouble });
}
