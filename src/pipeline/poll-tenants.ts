import {
  EMPTY,
  NEVER,
  Subject,
  asyncScheduler,
  concat,
  defer,
  ignoreElements,
  map,
  merge,
  mergeMap,
  switchMap,
  tap,
  type Observable,
} from 'rxjs';
import type { Observation } from '../core/observation.ts';
import type { TenantId } from '../core/tenant.ts';
import { reach } from './boundaries.ts';
import type { DemandChange } from './demand.ts';
import type { Attempt } from './poll.ts';
import { Schedule, type ScheduleOptions, type TenantResult } from './schedule.ts';

/**
 * Asks about the tenants in demand, one by one: at once when a tenant is first heard of, then once an
 * interval, spread evenly over it, never twice at a time. In an outage a single request tries now and
 * then. `ask` must emit exactly once and must not error.
 */
export function pollTenants(
  demand$: Observable<DemandChange>,
  ask: (tenant: TenantId) => Observable<Attempt<TenantResult>>,
  options: ScheduleOptions,
): Observable<Observation> {
  return defer(() => {
    const schedule = new Schedule(options);
    /** Somebody came, left or was answered, or it is time: see who is next. */
    const look$ = new Subject<void>();
    const asked$ = look$.pipe(
      mergeMap(() => schedule.turns(asyncScheduler.now())),
      mergeMap((turn) =>
        ask(turn.tenant).pipe(
          map((attempt) => schedule.settle(turn, attempt, asyncScheduler.now())),
        ),
      ),
    );
    const demanded$ = demand$.pipe(map((change) => schedule.change(change, asyncScheduler.now())));
    const alarm$ = look$.pipe(
      switchMap(() => {
        const at = schedule.wakeAt();
        return at === undefined ? NEVER : reach(at);
      }),
      tap(() => {
        look$.next();
      }),
      ignoreElements(),
    );
    const lookAgain$ = defer(() => {
      look$.next();
      return EMPTY;
    });
    // Demand comes last: it may be there at once, and by then somebody must be looking.
    return merge(
      alarm$,
      merge(asked$, demanded$).pipe(mergeMap((seen) => concat(seen, lookAgain$))),
    );
  });
}
