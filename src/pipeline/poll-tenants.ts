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
import type { DemandChange } from './demand.ts';
import { Schedule, type ScheduleOptions, type TenantAttempt } from './schedule.ts';
import { SteadyClock } from './steady-clock.ts';

/**
 * Asks about the tenants in demand, one by one: at once when a tenant is first heard of, then once an
 * interval, spread evenly over it, never twice at a time. In an outage a single request tries now and
 * then. `ask` must emit exactly once and must not error.
 *
 * @param refresh$ tenants to be asked about before all others, by a question that begins then
 */
export function pollTenants(
  demand$: Observable<DemandChange>,
  refresh$: Observable<TenantId>,
  ask: (tenant: TenantId) => Observable<TenantAttempt>,
  options: ScheduleOptions,
): Observable<Observation> {
  return defer(() => {
    const clock = new SteadyClock();
    const schedule = new Schedule(options);
    /** Somebody came, left or was answered, or it is time: see who is next. */
    const look$ = new Subject<void>();
    const asked$ = look$.pipe(
      mergeMap(() => schedule.turns(clock.now())),
      mergeMap((turn) => {
        const begunAt = asyncScheduler.now();
        return ask(turn.tenant).pipe(
          map((attempt) => {
            const now = { steady: clock.now(), wall: asyncScheduler.now() };
            return schedule.settle(turn, attempt, now, begunAt);
          }),
        );
      }),
    );
    const demanded$ = demand$.pipe(map((change) => schedule.change(change, asyncScheduler.now())));
    const refreshed$ = refresh$.pipe(
      map((tenant): Observation[] => {
        schedule.refresh(tenant);
        return [];
      }),
    );
    const alarm$ = look$.pipe(
      switchMap(() => {
        const at = schedule.wakeAt();
        return at === undefined ? NEVER : clock.reach(at);
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
      merge(asked$, refreshed$, demanded$).pipe(mergeMap((seen) => concat(seen, lookAgain$))),
    );
  });
}
