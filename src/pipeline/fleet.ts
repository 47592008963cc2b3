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
  mergeMap,
  switchMap,
  type Observable,
} from 'rxjs';
import { STEP_BACK } from '../core/doubt.ts';
import {
  createFleet,
  nextBoundary,
  observe,
  passTime,
  setBack,
  type Fleet,
  type FleetUpdate,
} from '../core/fleet.ts';
import type { Observation, SourceInfo } from '../core/observation.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant } from '../core/time.ts';
import { reach } from './boundaries.ts';
import { SLICE, inSlices } from './slices.ts';

/** One step of the fleet. */
type Step = (fleet: Fleet, now: Instant) => FleetUpdate;

/**
 * Folds what the sources see into the fleet, and lets periods and overrides begin and end on time: one
 * timer is set, for the next boundary, whatever the number of tenants.
 *
 * @param observe$ what the sources see; they read again at once what is asked for by `refresh$`, though not
 * within the same call
 * @param sources lowest rank first
 * @param turn$ completes when everything else that was ready has had its turn: what concerns many tenants
 * is done in slices
 * @returns an update for every observation, or slice of one, in order, for every boundary, and for every
 * time that the clock was set back
 */
export function fleetUpdates(
  observe$: (refresh$: Observable<TenantId>) => Observable<Observation>,
  sources: readonly SourceInfo[],
  turn$: Observable<unknown>,
): Observable<FleetUpdate> {
  return defer(() => {
    // The one loop of the design: what was decided sets the timer, and the questions, of what is decided next.
    const alarm$ = new Subject<Alarm>();
    const refresh$ = new Subject<TenantId>();
    const due$ = alarm$.pipe(
      distinctUntilChanged((a, b) => a.at === b.at && a.passed === b.passed),
      switchMap(({ at }) =>
        at === undefined ? EMPTY : concat(turn$.pipe(ignoreElements()), reach(at)),
      ),
    );
    let passed = 0;
    let latest: Instant = -Infinity;
    // Not the seed of a `scan`, which would be kept, and with it all that was different in the first fleet.
    let fleet = createFleet(sources);
    const take = (step: Step, now: Instant): FleetUpdate => {
      const update = step(fleet, now);
      ({ fleet } = update);
      if (update.cause === undefined) passed++;
      return update;
    };
    const setOff$ = (update: FleetUpdate): Observable<never> => {
      alarm$.next({ at: nextBoundary(fleet), passed });
      for (const tenant of update.refresh) refresh$.next(tenant);
      return EMPTY;
    };
    const observations$ = observe$(refresh$).pipe(inSlices(turn$), map(taking));
    // Time is listened to first: what is seen within the subscription may set the timer already.
    return merge(due$.pipe(map(() => passing)), observations$).pipe(
      mergeMap((step) => {
        const now = asyncScheduler.now();
        const steps = now < latest - STEP_BACK ? [setBack, step] : [step];
        latest = now;
        return steps.map((each) => take(each, now));
      }),
      // What an update sets off comes after it was passed on.
      mergeMap((update) =>
        concat(
          [update],
          defer(() => setOff$(update)),
        ),
      ),
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

function passing(fleet: Fleet, now: Instant): FleetUpdate {
  return passTime(fleet, now, SLICE);
}
