import {
  BehaviorSubject,
  ReplaySubject,
  Subject,
  filter,
  firstValueFrom,
  timeout,
  type Subscription,
} from 'rxjs';
import type { Observation, Reading } from '../../src/core/observation.ts';
import type { TenantId } from '../../src/core/tenant.ts';
import type { DemandChange } from '../../src/pipeline/demand.ts';
import type { Source } from '../../src/pipeline/source.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';

/** Somebody who observes a source, asks it about tenants, and keeps what it says. */
export class Watcher {
  readonly #demand$ = new ReplaySubject<DemandChange>(Infinity);
  readonly #refresh$ = new Subject<TenantId>();
  readonly #seen$ = new BehaviorSubject<readonly Observation[]>([]);
  readonly #subscription: Subscription;

  constructor(source: Source, ...tenants: readonly TenantId[]) {
    this.ask(...tenants);
    this.#subscription = source.observe(this.#demand$, this.#refresh$).subscribe({
      next: (observation) => {
        this.#seen$.next([...this.#seen$.value, observation]);
      },
      error: (error: unknown) => {
        this.#seen$.error(error instanceof Error ? error : new Error(String(error)));
      },
    });
  }

  ask(...tenants: readonly TenantId[]): void {
    for (const tenant of tenants) this.#demand$.next({ tenant, wanted: true });
  }

  askNoMore(...tenants: readonly TenantId[]): void {
    for (const tenant of tenants) this.#demand$.next({ tenant, wanted: false });
  }

  /** Wants to know about the tenants anew, now. */
  refresh(...tenants: readonly TenantId[]): void {
    for (const tenant of tenants) this.#refresh$.next(tenant);
  }

  /** Everything that was said, in order. */
  get seen(): readonly Observation[] {
    return this.#seen$.value;
  }

  /** What was said about every tenant, word for word: its kinds of readings, in order. */
  get kinds(): Readonly<Record<TenantId, Reading['kind'][]>> {
    const kinds: Record<TenantId, Reading['kind'][]> = {};
    for (const [tenant, { kind }] of this.readings) (kinds[tenant] ??= []).push(kind);
    return kinds;
  }

  /** Every reading, in order. */
  get readings(): [TenantId, Reading][] {
    return this.seen.flatMap((each) => (each.kind === 'sighting' ? [...each.readings] : []));
  }

  /** The reasons of the failures, in order. */
  get failures(): string[] {
    return this.seen.flatMap((each) => (each.kind === 'failure' ? [each.reason] : []));
  }

  /** Resolves as soon as what was said is as wanted. */
  async until(isWanted: (watcher: this) => boolean): Promise<void> {
    await firstValueFrom(
      this.#seen$.pipe(
        filter(() => isWanted(this)),
        timeout(PATIENCE_MS),
      ),
    );
  }

  leave(): void {
    this.#subscription.unsubscribe();
  }
}
