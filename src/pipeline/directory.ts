import {
  Observable,
  asyncScheduler,
  tap,
  type MonoTypeOperatorFunction,
  type Subscriber,
  type Unsubscribable,
} from 'rxjs';
import type { Fleet, FleetUpdate } from '../core/fleet.ts';
import { outlook, weigh, type Outlook } from '../core/outlook.ts';
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

/** @param initial the fleet before the first update */
export function createDirectory(initial: Fleet, maxStaleness: Millis): Directory {
  let fleet = initial;
  const read = (tenant: TenantId): Outlook =>
    outlook(fleet, tenant, asyncScheduler.now(), maxStaleness);
  const index = new Index(read);
  return {
    follow: tap(({ fleet: next, touched, sourceTurned }) => {
      fleet = next;
      const now = asyncScheduler.now();
      for (const judgment of touched) {
        for (const listener of index.of(judgment.tenant)) {
          // What was judged a moment ago is not decided a second time, unless one that was told brought news.
          const isNewest = fleet === next;
          const { tenant } = judgment;
          index.tell(listener, isNewest ? weigh(judgment, now, maxStaleness) : read(tenant));
        }
      }
      if (sourceTurned) index.tellWaiting();
    }),
    fleet: () => fleet,
    outlook: read,
    watch: (tenant) => new Observable((subscriber) => index.add(tenant, subscriber)),
  };
}

const NONE: readonly Listener[] = [];

/** Who listens to which tenant. Lean, because there is a listener for every stream that KEDA has open. */
class Index {
  readonly #read: (tenant: TenantId) => Outlook;
  /** A tenant has few listeners, so that a list of them is copied rather than kept as a set. */
  readonly #listeners = new Map<TenantId, readonly Listener[]>();
  /** Those that have not heard anything firm yet: a source that comes back concerns them. */
  readonly #waiting = new Set<Listener>();

  constructor(read: (tenant: TenantId) => Outlook) {
    this.#read = read;
  }

  /** @returns what ends the listening */
  add(tenant: TenantId, subscriber: Subscriber<Outlook>): Unsubscribable {
    const listener = new Listener(this, tenant, subscriber);
    // Registered before the current state is told: a change in between is told, not lost.
    this.#listeners.set(tenant, [...(this.#listeners.get(tenant) ?? []), listener]);
    this.tell(listener, this.#read(tenant));
    return listener;
  }

  delete(listener: Listener): void {
    this.#waiting.delete(listener);
    const others = this.#listeners.get(listener.tenant)?.filter((other) => other !== listener);
    if (others === undefined || others.length === 0) this.#listeners.delete(listener.tenant);
    else this.#listeners.set(listener.tenant, others);
  }

  of(tenant: TenantId): readonly Listener[] {
    return this.#listeners.get(tenant) ?? NONE;
  }

  tellWaiting(): void {
    for (const listener of this.#waiting) this.tell(listener, this.#read(listener.tenant));
  }

  tell(listener: Listener, outlookNow: Outlook): void {
    // Another one that was told before may have ended this one.
    if (listener.subscriber.closed) return;
    if (outlookNow.certainty === 'firm') this.#waiting.delete(listener);
    else this.#waiting.add(listener);
    listener.subscriber.next(outlookNow);
  }
}

class Listener implements Unsubscribable {
  readonly tenant: TenantId;
  readonly subscriber: Subscriber<Outlook>;
  readonly #index: Index;

  constructor(index: Index, tenant: TenantId, subscriber: Subscriber<Outlook>) {
    this.#index = index;
    this.tenant = tenant;
    this.subscriber = subscriber;
  }

  unsubscribe(): void {
    this.#index.delete(this);
  }
}
