import {
  NEVER,
  asyncScheduler,
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
import { waitAfter, type Backoff } from '../core/backoff.ts';
import type { Instant, Millis } from '../core/time.ts';

/** How one attempt to ask somebody ended. */
export interface Attempt<T> {
  readonly result: T;
  /** Whether the other side is in no state to answer, so that it should be left in peace for longer. */
  readonly failed: boolean;
  /** How long it asked to be left in peace. */
  readonly retryAfter?: Millis | undefined;
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
  return defer(() => {
    let failures = 0;
    let retryAfter: Millis | undefined;
    let startedAt: Instant = 0;
    const attempt$ = defer(() => {
      startedAt = asyncScheduler.now();
      return ask();
    });
    return attempt$.pipe(
      tap((attempt) => {
        failures = attempt.failed ? failures + 1 : 0;
        retryAfter = attempt.retryAfter;
      }),
      repeat({
        delay: () =>
          failures === 0
            ? race(timer(options.interval), hurried(options.hurry$, startedAt))
            : timer(waitAfter(failures, options.chance(), options.backoff, retryAfter)),
      }),
      map(({ result }) => result),
    );
  });
}

function hurried(hurry$: Observable<unknown>, startedAt: Instant): Observable<unknown> {
  // One that completes must not complete the race, and the poll with it.
  return concat(hurry$, NEVER).pipe(
    take(1),
    delayWhen(() => timer(Math.max(0, startedAt + SHORTEST - asyncScheduler.now()))),
  );
}
