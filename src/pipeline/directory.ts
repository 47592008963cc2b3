import { Observable, asyncScheduler, tap, type MonoTypeOperatorFunction } from 'rxjs';
import type { Fleet, FleetUpdate } from '../core/fleet.ts';
import { outlook, type Outlook } from '../core/outlook.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Millis } from '../core/time.ts';

/** The directory: an index from tenant to state and listeners. Every answer to KEDA is read from here. */
export interface Directory {
  /** Takes every update in, tells the listeners of the tenants that it touched, and passes it on. */
  readonly follow: MonoTypeOperatorFunction<FleetUpdate>;
  /** The fleet as of the last update. */
  fleet(): Fleet;
  /** What may be answered about a tenant now. */
  outlook(tenant: TenantId): Outlook;
  /** The tenant's outlook now, and again whenever something else may be answered; it may be the same. */
  watch(tenant: TenantId): Observable<Outlook>;
}

type Listener = () => void;

/** @param initial the fleet before the first update */
export function createDirectory(initial: Fleet, maxStaleness: Millis): Directory {
  let fleet = initial;
  const listeners = new Map<TenantId, Set<Listener>>();
  /** Those that have not heard anything firm yet: a source that comes back concerns them. */
  const waiting = new Set<Listener>();

  function read(tenant: TenantId): Outlook {
    return outlook(fleet, tenant, asyncScheduler.now(), maxStaleness);
  }

  function takeIn(update: FleetUpdate): void {
    fleet = update.fleet;
    for (const tenant of update.touched)
      listeners.get(tenant)?.forEach((listener) => {
        listener();
      });
    if (update.sourceTurned)
      waiting.forEach((listener) => {
        listener();
      });
  }

  function register(tenant: TenantId, listener: Listener): void {
    const others = listeners.get(tenant);
    if (others === undefined) listeners.set(tenant, new Set([listener]));
    else others.add(listener);
  }

  function unregister(tenant: TenantId, listener: Listener): void {
    waiting.delete(listener);
    const all = listeners.get(tenant);
    all?.delete(listener);
    if (all?.size === 0) listeners.delete(tenant);
  }

  return {
    follow: tap(takeIn),
    fleet: () => fleet,
    outlook: read,
    watch: (tenant) =>
      new Observable((subscriber) => {
        const listener = (): void => {
          const now = read(tenant);
          if (now.certainty === 'firm') waiting.delete(listener);
          else waiting.add(listener);
          subscriber.next(now);
        };
        // Registered before the current state is told: a change in between is told, not lost.
        register(tenant, listener);
        listener();
        return () => {
          unregister(tenant, listener);
        };
      }),
  };
}
