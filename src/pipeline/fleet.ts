import {
  EMPTY,
  Subject,
  asyncScheduler,
  defer,
  distinctUntilChanged,
  map,
  merge,
  scan,
  switchMap,
  tap,
  type Observable,
} from 'rxjs';
import {
  createFleet,
  nextBoundary,
  observe,
  passTime,
  unchanged,
  type Fleet,
  type FleetUpdate,
} from '../core/fleet.ts';
import type { Observation, SourceInfo } from '../core/observation.ts';
import type { Instant } from '../core/time.ts';
import { reach } from './boundaries.ts';
import { inSlices } from './slices.ts';

/** One step of the fleet. */
type Step = (fleet: Fleet, now: Instant) => FleetUpdate;

/**
 * Folds what the sources see into the fleet, and lets periods and overrides begin and end on time: one
 * timer is set, for the next boundary, whatever the number of tenants.
 *
 * @param sources lowest rank first
 * @returns an update for every observation, in order, and for every boundary
 */
export function fleetUpdates(
  observations$: Observable<Observation>,
  sources: readonly SourceInfo[],
): Observable<FleetUpdate> {
  return defer(() => {
    // The one loop of the design: what was decided sets the timer of what is decided next.
    const boundary$ = new Subject<Instant | undefined>();
    const due$ = boundary$.pipe(
      distinctUntilChanged(),
      switchMap((at) => (at === undefined ? EMPTY : reach(at))),
    );
    return merge(observations$.pipe(inSlices(), map(taking)), due$.pipe(map(passing))).pipe(
      scan<Step, FleetUpdate>(
        ({ fleet }, step) => step(fleet, asyncScheduler.now()),
        unchanged(createFleet(sources)),
      ),
      tap(({ fleet }) => {
        boundary$.next(nextBoundary(fleet));
      }),
    );
  });
}

function taking(observation: Observation): Step {
  return (fleet, now) => observe(fleet, observation, now);
}

/** Never before the boundary, even if the clock was set back since the timer fired. */
function passing(boundary: Instant): Step {
  return (fleet, now) => passTime(fleet, Math.max(now, boundary));
}
