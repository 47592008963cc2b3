import {
  NEVER,
  concat,
  defer,
  delayWhen,
  map,
  race,
  repeat,
  take,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import { retryAt, type Backoff } from '../core/backoff.ts';
import type { Instant, Millis } from '../core/time.ts';
import { SteadyClock } from './steady-clock.ts';

/** How one attempt to ask somebody ended. */
export interface Attempt<T> {
  readonly result: T;
  /** Whether the other side is in no state to answer, so that it should be left in peace for longer. */
  readonly failed: boolean;
  /** How long it asked to be left in peace. */
  readonly retryAfter?: Millis | undefined;
  /** Whether it works, and refuses because it is asked too often (429): whatever it is asked next. */
  readonly throttled?: boolean | undefined;
}

export interface PollOptions {
  readonly interval: Millis;
  readonly backoff: Backoff;
  /**
   * Emits when somebody waits for an answer that the last one did not hold; at once on subscription if
   * somebody does already. Brings the next attempt forward, unless the other side is failing.
   */
  readonly hurry$: Observable<unknown>;
  /** From 0 to 1, drawn anew for every wait. */
  readonly chance: () => number;
}

/** From the beginning of one attempt to the next, however much of a hurry somebody is in. */
const SHORTEST: Millis = 500;

/**
 * Asks for one thing again and again: `interval` after each answer, with exponential backoff after
 * failures. `ask` must complete and must not error.
 */
export function poll<T>(ask: () => Observable<Attempt<T>>, options: PollOptions): Observable<T> {
  const { interval, backoff, hurry$, chance } = options;
  return defer(() => {
    const clock = new SteadyClock();
    let failures = 0;
    let begunAt: Instant = 0;
    let last: Attempt<T> | undefined;
    const attempt$ = defer(() => {
      begunAt = clock.now();
      return ask();
    });
    const retry$ = defer(() => {
      const { retryAfter: asked, throttled } = last ?? {};
      const attempt = { begunAt, endedAt: clock.now(), failures, asked, throttled };
      return clock.reach(retryAt(attempt, chance(), backoff));
    });
    return attempt$.pipe(
      tap((attempt) => {
        failures = attempt.failed ? failures + 1 : 0;
        last = attempt;
      }),
      repeat({
        delay: () =>
          failures === 0
            ? race(timer(interval), hurried(hurry$, clock, begunAt + SHORTEST))
            : retry$,
      }),
      map(({ result }) => result),
    );
  });
}

function hurried(
  hurry$: Observable<unknown>,
  clock: SteadyClock,
  earliest: Instant,
): Observable<unknown> {
  // One that completes must not complete the race, and the poll with it.
  return concat(hurry$, NEVER).pipe(
    take(1),
    delayWhen(() => clock.reach(earliest)),
  );
}
