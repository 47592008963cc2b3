import {
  asyncScheduler,
  defer,
  filter,
  finalize,
  map,
  mergeMap,
  take,
  timer,
  type OperatorFunction,
} from 'rxjs';
import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';

/** How often it is looked whether a source has answered. */
const LOOK: Millis = 1_000;
/** Ten minutes: by then KEDA's own poll has seen to it. */
const LOOKS = 600;

/**
 * Passes each tenant on, once, when it has rested and its source has confirmed since it came last what is known of it.
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
      const isDue = (tenant: TenantId): boolean => {
        const since = waiting.get(tenant) ?? asyncScheduler.now();
        return asyncScheduler.now() - since >= rest && (confirmedAt(tenant) ?? 0) > since;
      };
      return source$.pipe(
        filter((tenant) => {
          const isNew = !waiting.has(tenant);
          waiting.set(tenant, asyncScheduler.now());
          return isNew;
        }),
        mergeMap((tenant) =>
          timer(LOOK, LOOK).pipe(
            take(LOOKS),
            filter(() => isDue(tenant)),
            take(1),
            map(() => tenant),
            finalize(() => waiting.delete(tenant)),
          ),
        ),
      );
    });
}
