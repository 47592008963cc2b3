import {
  asyncScheduler,
  defer,
  filter,
  map,
  repeat,
  take,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import type { Instant, Millis } from '../core/time.ts';

/** setTimeout overflows past 24.8 days. */
const LONGEST_TIMER: Millis = 3_600_000;

/** By so much a timer may be early, or the clock be corrected: that is waited for once more. */
const SLACK: Millis = 20;

/**
 * A clock to keep a pace by: it follows the wall clock, but never goes back. Where the wall clock is set
 * back an hour, whoever compares instants of it would wait for that hour; here nothing has happened.
 *
 * Its instants are compared with one another only. What is said about the world has the wall clock's.
 */
export class SteadyClock {
  readonly #longest: Millis;
  #wall: Instant = asyncScheduler.now();
  #now: Instant = this.#wall;

  /**
   * @param longest the most that can have passed between two looks at the clock: a longer step forward is
   * one of the wall clock, or a machine that slept, and counts as that much
   */
  constructor(longest: Millis = Infinity) {
    this.#longest = longest;
  }

  now(): Instant {
    const wall = asyncScheduler.now();
    this.#now += Math.min(Math.max(wall - this.#wall, 0), this.#longest);
    this.#wall = wall;
    return this.#now;
  }

  /** Emits the instant once, when this clock has reached it, never within the subscription; then completes. */
  reach(at: Instant): Observable<Instant> {
    return defer(() => {
      const from = this.now();
      const wait = Math.min(Math.max(at - from, 0), LONGEST_TIMER);
      return timer(wait).pipe(
        tap(() => {
          this.#passed(from + wait);
        }),
      );
    }).pipe(
      repeat(),
      filter(() => this.now() >= at),
      take(1),
      map(() => at),
    );
  }

  /** A timer says that it is at least so late. Where the wall clock says otherwise, it was set back. */
  #passed(least: Instant): void {
    if (least - this.now() > SLACK) this.#now = least;
  }
}
