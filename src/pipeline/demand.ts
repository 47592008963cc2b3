import { Subject, defer, from, interval, merge, mergeMap, share, type Observable } from 'rxjs';
import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';
import { SteadyClock } from './steady-clock.ts';

/** A tenant began or ceased to be asked about. */
export interface DemandChange {
  readonly tenant: TenantId;
  readonly wanted: boolean;
}

/** The tenants that KEDA asks about: what a source that asks tenant by tenant works from. */
export interface Demand {
  /** A unary call asked about the tenant: it stays in demand for as long as was configured. */
  ask(tenant: TenantId): void;
  /** A stream watches the tenant: it stays in demand until the returned function is called, and as long again. */
  hold(tenant: TenantId): () => void;
  /** Who is in demand at the time of subscription, then every change. */
  readonly changes$: Observable<DemandChange>;
}

interface Interest {
  streams: number;
  askedAt: Instant;
}

const SWEEP: Millis = 60_000;

/** @param keep how long a tenant stays in demand after it was last asked about */
export function createDemand(keep: Millis): Demand {
  const interests = new Map<TenantId, Interest>();
  // KEDA did not ask either while the machine slept, and it need not have been so long where a clock was set.
  const clock = new SteadyClock(2 * SWEEP);
  const began$ = new Subject<DemandChange>();
  const ended$ = interval(SWEEP).pipe(mergeMap(() => expired(interests, clock.now() - keep)));
  const future$ = merge(began$, ended$).pipe(share());

  function interestIn(tenant: TenantId): Interest {
    const now = clock.now();
    const known = interests.get(tenant);
    if (known !== undefined) {
      known.askedAt = now;
      return known;
    }
    const interest = { streams: 0, askedAt: now };
    interests.set(tenant, interest);
    began$.next({ tenant, wanted: true });
    return interest;
  }

  return {
    ask(tenant) {
      interestIn(tenant);
    },
    hold(tenant) {
      const interest = interestIn(tenant);
      interest.streams++;
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        interest.streams--;
        interest.askedAt = clock.now();
      };
    },
    // The future is joined before the present is read out, so that nothing falls between the two.
    changes$: defer(() => {
      const present = [...interests.keys()].map((tenant) => ({ tenant, wanted: true }));
      return merge(future$, from(present));
    }),
  };
}

/** Takes out the tenants that nobody has asked about since the given instant. */
function expired(interests: Map<TenantId, Interest>, since: Instant): DemandChange[] {
  const gone = [...interests].filter(
    ([, { streams, askedAt }]) => streams === 0 && askedAt < since,
  );
  return gone.map(([tenant]) => {
    interests.delete(tenant);
    return { tenant, wanted: false };
  });
}
