/**
 * The room that scales by itself, without waiting for KEDA's poll: to 0 where a license lapses and, if wanted, up where
 * one comes. An opt-in, fed by the same transitions as the streams; nothing else knows of it.
 */
import {
  Subject,
  asyncScheduler,
  connect,
  defer,
  finalize,
  map,
  merge,
  mergeMap,
  observeOn,
  tap,
  type Observable,
} from 'rxjs';
import type { FleetUpdate } from '../core/fleet-update.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Millis } from '../core/time.ts';
import { onceConfirmed } from './confirmations.ts';
import { errandsOf, joinErrands, type Errand } from './errand.ts';
import { newestFirst } from './newest-first.ts';
import { Scaler, type Act, type ScalerOptions } from './scaler.ts';

export type { Act, ScalerOptions };

/** How many tenants are at work at the same time: each waits for the API server, most of the time. */
const LANES = 10;

/**
 * When a tenant is looked at once more after its license has changed. KEDA may still be busy with what it heard before,
 * and undo what was done here; and the last repeat of its own `true` is over.
 */
const AFTER_CHANGE: Millis = 15_000;
const AFTER_OPEN: Millis = 1_000;

/**
 * Acts on what happens, once subscribed to.
 *
 * @param updates$ what happened to the fleet, after the streams were told
 * @param opened$ the tenant of each stream whose first word was `false`
 */
export function scaleByLicense(
  updates$: Observable<FleetUpdate>,
  opened$: Observable<TenantId>,
  options: ScalerOptions,
): Observable<Act> {
  return defer(() => {
    const { confirmedAt } = options;
    const scaler = new Scaler(options);
    const late$ = new Subject<TenantId>();
    const changed$ = updates$.pipe(
      mergeMap(({ transitions }) => errandsOf(transitions)),
      // What is written to the streams goes first.
      observeOn(asyncScheduler),
    );
    return changed$.pipe(
      connect((shared$) =>
        merge(
          shared$,
          shared$.pipe(map(tenantOf), onceConfirmed(confirmedAt, AFTER_CHANGE), map(toLook)),
          merge(opened$, late$).pipe(onceConfirmed(confirmedAt, AFTER_OPEN), map(toLook)),
        ),
      ),
      newestFirst({ keyOf: tenantOf, join: joinErrands, lanes: LANES }, (errand) =>
        scaler.run(errand),
      ),
      tap(({ result, scaledObject }) => {
        if (result === 'late') late$.next(scaledObject.trigger.tenant);
      }),
      finalize(() => {
        scaler.close();
      }),
    );
  });
}

function tenantOf({ tenant }: Errand): TenantId {
  return tenant;
}

function toLook(tenant: TenantId): Errand {
  return { tenant, befores: [], at: asyncScheduler.now() };
}
