/** The tenants in the order of their ids, kept for the next request. */
import { setImmediate } from 'node:timers/promises';
import type { Fleet } from '../core/fleet-update.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';

/** Who else is asked about: tenants that nothing is known of yet. */
export interface Asking {
  /** Goes up when `tenants` may have changed. */
  readonly version: number;
  tenants(): Iterable<TenantId>;
}

export interface Ordered {
  readonly ids: readonly TenantId[];
  /** How many of them are asked about although nothing is known of them. */
  readonly strangers: number;
  /** For each source, lowest rank first, of how many tenants it has a fact. */
  readonly factsBySource: readonly number[];
}

/** After this time the order is made anew even where as many tenants are known as before. */
const MAX_AGE: Millis = 2_000;

/**
 * Makes and keeps the order. To go through 10,000 tenants takes some milliseconds, and so does sorting
 * them, so the two are done in turns of the event loop of their own, once for all who ask meanwhile.
 */
export class TenantOrder {
  readonly #fleet: () => Fleet;
  readonly #asking: Asking;
  readonly #now: () => Instant;
  #current: Ordered = { ids: [], strangers: 0, factsBySource: [] };
  #making: Promise<Ordered> | undefined;
  #madeFor = '';
  #madeAt = -Infinity;

  constructor(fleet: () => Fleet, asking: Asking, now: () => Instant) {
    this.#fleet = fleet;
    this.#asking = asking;
    this.#now = now;
  }

  /** The order as of now; where one tenant came just as another one went, as of 2 s ago at the most. */
  async read(): Promise<Ordered> {
    const wanted = `${this.#fleet().tenants.size} ${this.#asking.version}`;
    const age = this.#now() - this.#madeAt;
    if (wanted === this.#madeFor && age >= 0 && age < MAX_AGE) return this.#current;
    this.#making ??= this.#make(wanted).finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #make(wanted: string): Promise<Ordered> {
    const { ids, ...counts } = this.#collect();
    await setImmediate();
    // What is in order already is sorted in one go, so that only what came since costs anything.
    const known = new Set(ids);
    const kept = this.#current.ids.filter((id) => known.delete(id));
    await setImmediate();
    this.#current = { ids: [...kept, ...known].sort(), ...counts };
    this.#madeFor = wanted;
    this.#madeAt = this.#now();
    await setImmediate();
    return this.#current;
  }

  #collect(): Ordered {
    const { tenants, sources } = this.#fleet();
    const ids: TenantId[] = [];
    const factsBySource = sources.map(() => 0);
    for (const [tenant, { words }] of tenants) {
      ids.push(tenant);
      words.forEach((word, rank) => {
        if (word?.fact !== undefined) factsBySource[rank] = (factsBySource[rank] ?? 0) + 1;
      });
    }
    const strangers = new Set<TenantId>();
    for (const tenant of this.#asking.tenants()) {
      if (tenants.get(tenant) === undefined) strangers.add(tenant);
    }
    return { ids: [...ids, ...strangers], strangers: strangers.size, factsBySource };
  }
}
