import { asyncScheduler, defer, filter, map, repeat, take, timer, type Observable } from 'rxjs';
import type { Instant, Millis } from '../core/time.ts';

/**
 * The longest single timer. setTimeout overflows past 24.8 days, and it counts time that the wall clock
 * may not: after a suspended machine or a set clock, an hour is as late as a boundary can be noticed.
 */
const LONGEST: Millis = 3_600_000;

/** Emits the instant once, when the clock has reached it, and completes. */
export function reach(at: Instant): Observable<Instant> {
  return defer(() => timer(Math.min(Math.max(at - asyncScheduler.now(), 0), LONGEST))).pipe(
    repeat(),
    filter(() => asyncScheduler.now() >= at),
    take(1),
    map(() => at),
  );
}
