import { asyncScheduler, defer, of, timer, type Observable } from 'rxjs';
import type { Instant } from '../core/time.ts';

/**
 * A pace that is kept over time: so many a second, of which so many may come at once after a rest. The generic cell
 * rate algorithm: one instant is all that there is to remember.
 */
export function createPace(perSecond: number, burst: number): Observable<unknown> {
  const interval = 1_000 / perSecond;
  /** When everything that was let through would be over, had it come evenly. */
  let evenly: Instant = 0;
  let last: Instant = 0;
  return defer(() => {
    const now = asyncScheduler.now();
    // A clock that was set back is not waited for.
    if (now < last) evenly -= last - now;
    last = now;
    evenly = Math.max(evenly, now) + interval;
    const wait = evenly - burst * interval - now;
    return wait > 0 ? timer(wait) : of(0);
  });
}
