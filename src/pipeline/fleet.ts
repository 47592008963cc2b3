import {
  EMPTY,
  Subject,
  asyncScheduler,
  concat,
  defer,
  distinctUntilChanged,
  ignoreElements,
  map,
  merge,
  switchMap,
  tap,
  type Observable,
} from 'rxjs';
import {
  createFleet,
  nextBoundary,
  observe,
  passTime,
  type Fleet,
  type FleetUpdate,
} from '../core/fleet.ts';
import type { Observation, SourceInfo } from '../core/observation.ts';
import type { Instant } from '../core/time.ts';
import { reach } from './boundaries.ts';
import { SLICE, inSlices } from './slices.ts';

/** One step of the fleet. */
type Step = (fleet: Fleet, now: Instant) => FleetUpdate;

/**
 * Folds what the sources see into the fleet, and lets periods and overrides begin and end on time: one
 * timer is set, for the next boundary, whatever the number of tenants.
 *
 * @param sources lowest rank first
 * @param turn$ completes when everything else that was ready has had its turn: what concerns many tenants
 * is done in slices
 * @returns an update for every observation, or slice of one, in order, and for every boundary
 */
export function fleetUpdates(
  observations$: Observable<Observation>,
  sources: readonly SourceInfo[],
  turn$: Observable<unknown>,
): Observable<FleetUpdate> {
  return defer(() => {
    // The one loop of the design: what was decided sets the timer of what is decided next.
    const alarm$ = new Subject<Alarm>();
    const due$ = alarm$.pipe(
      distinctUntilChanged((a, b) => a.at === b.at && a.passed === b.passed),
      switchMap(({ at }) =>
        at === undefined ? EMPTY : concat(turn$.pipe(ignoreElements()), reach(at)),
      ),
    );
    let passed = 0;
    // Not the seed of a `scan`, which would be kept, and with it all that was different in the first fleet.
    let fleet = createFleet(sources);
    // It is listened to first: what is seen within the subscription may set the timer already.
    return merge(due$.pipe(map(passing)), observations$.pipe(inSlices(turn$), map(taking))).pipe(
      map((step) => step(fleet, asyncScheduler.now())),
      tap((update) => {
        ({ fleet } = update);
        if (update.cause === undefined) passed++;
        alarm$.next({ at: nextBoundary(fleet), passed });
      }),
    );
  });
}

/** When to look at the agenda. */
interface Alarm {
  readonly at: Instant | undefined;
  /** How often it was looked at: where more is due than one slice takes, the same instant comes again. */
  readonly passed: number;
}

function taking(observation: Observation): Step {
  return (fleet, now) => observe(fleet, observation, now);
}

/** Never before the boundary, even if the clock was set back since the timer fired. */
function passing(boundary: Instant): Step {
  return (fleet, now) => passTime(fleet, Math.max(now, boundary), SLICE);
}
