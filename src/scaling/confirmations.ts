import {
  asyncScheduler,
  defer,
  filter,
  finalize,
  map,
  mergeMap,
  take,
  takeWhile,
  timer,
  type OperatorFunction,
} from 'rxjs';
import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';

/** How often it is looked whether a source has answered. */
const LOOK: Millis = 1_000;
/** By then KEDA's own poll has seen to it. */
const PATIENCE: Millis = 10 * 60_000;

/**
 * Passes each tenant on, once, when it has rested and its source has confirmed since it came last what is known of it;
 * not at all where that takes too long.
 *
 * With several scalers, what this one knows may be older than what another has told KEDA: a target that is up may be so
 * for a good reason that is only heard here with the next answer.
 *
 * @param confirmedAt when what is known of a tenant was last confirmed
 */
export function onceConfirmed(
  confirmedAt: (tenant: TenantId) => Instant | undefined,
  rest: Millis,
): OperatorFunction<TenantId, TenantId> {
  return (source$) =>
    defer(() => {
      /** When each tenant that waits came last. */
      const waiting = new Map<TenantId, Instant>();
      const waitOf = (tenant: TenantId): Millis =>
        asyncScheduler.now() - (waiting.get(tenant) ?? 0);
      const isDue = (tenant: TenantId): boolean =>
        waitOf(tenant) >= rest && (confirmedAt(tenant) ?? 0) > (waiting.get(tenant) ?? 0);
      return source$.pipe(
        filter((tenant) => {
          const isNew = !waiting.has(tenant);
          waiting.set(tenant, asyncScheduler.now());
          return isNew;
        }),
        mergeMap((tenant) =>
          timer(LOOK, LOOK).pipe(
            map(() => tenant),
            takeWhile((waiter) => waitOf(waiter) <= PATIENCE),
            filter(isDue),
            take(1),
            finalize(() => waiting.delete(tenant)),
          ),
        ),
      );
    });
}
