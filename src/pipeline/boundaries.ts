import { asyncScheduler, defer, filter, map, repeat, take, timer, type Observable } from 'rxjs';
import type { Instant, Millis } from '../core/time.ts';

/**
 * The longest single timer. A timer does not count the time that a machine is suspended, nor that by which
 * the clock is set, and overflows past 24.8 days: so the clock is looked at every few seconds.
 */
const LONGEST: Millis = 5_000;

/** Emits the instant once, when the clock has reached it, and completes. */
export function reach(at: Instant): Observable<Instant> {
  return defer(() => timer(Math.min(Math.max(at - asyncScheduler.now(), 0), LONGEST))).pipe(
    repeat(),
    filter(() => asyncScheduler.now() >= at),
    take(1),
    map(() => at),
  );
}
