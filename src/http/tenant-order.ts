/** The tenants in the order of their ids, and who of them is held, kept for the next request. */
import { setImmediate } from 'node:timers/promises';
import type { Fleet } from '../core/fleet-update.ts';
import { isHeld } from '../core/outlook.ts';
import { causeOf, Causes, type CauseGroup } from '../core/report/cause.ts';
import type { View } from '../core/report/tenant-row.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';
import { SharedWork } from './shared-work.ts';

/** Who else is asked about: tenants that nothing is known of yet. */
export interface Asking {
  /** Goes up when `tenants` may have changed. */
  readonly version: number;
  tenants(): Iterable<TenantId>;
}

interface Collected {
  readonly ids: readonly TenantId[];
  /** How many of them are asked about although nothing is known of them. */
  readonly strangers: number;
  /** For each source, lowest rank first, of how many tenants it has a fact. */
  readonly factsBySource: readonly number[];
}

/** Who is held, and what keeps anything firm from being said about whom. */
interface Health {
  readonly held: ReadonlySet<TenantId>;
  readonly causes: readonly CauseGroup[];
}

export interface Ordered extends Collected, Health {}

/** After these times they are made anew even where nothing tells that there are others. */
const ORDER_AGE: Millis = 10_000;
const HELD_AGE: Millis = 2_000;
/** Tenants that are looked at in one turn of the event loop. */
const SHARE = 250;

/**
 * Makes and keeps the order. To go through 10,000 tenants takes some milliseconds, and so does sorting
 * them, so that is done in turns of the event loop of their own, once for all who ask meanwhile.
 */
export class TenantOrder {
  readonly #view: () => View;
  readonly #asking: Asking;
  readonly #work = new SharedWork(() => this.#renew());
  readonly #order = new Aging<Collected>({ ids: [], strangers: 0, factsBySource: [] }, ORDER_AGE);
  readonly #held = new Aging<Health>({ held: new Set(), causes: [] }, HELD_AGE);

  /** @param view the fleet and the time as of now */
  constructor(view: () => View, asking: Asking) {
    this.#view = view;
    this.#asking = asking;
  }

  /**
   * The order as of now. Where one tenant came just as another one went, it is as of 10 s ago at the most;
   * where one is held for trouble of its own, as of 2 s ago.
   */
  async read(): Promise<Ordered> {
    if (!this.#isRecent()) await this.#work.ask();
    return { ...this.#order.value, ...this.#held.value };
  }

  #isRecent(): boolean {
    const { fleet, now } = this.#view();
    const order = this.#stateOf(fleet);
    return this.#order.isOf(order, now) && this.#held.isOf(order + healthOf(fleet), now);
  }

  async #renew(): Promise<void> {
    const { fleet, now } = this.#view();
    const order = this.#stateOf(fleet);
    if (!this.#order.isOf(order, now)) this.#order.renew(await this.#collect(), order, now);
    const health = order + healthOf(fleet);
    if (this.#held.isOf(health, now)) return;
    this.#held.renew(await this.#findHeld(this.#order.value.ids), health, now);
  }

  #stateOf({ tenants }: Fleet): string {
    return `${tenants.size} ${this.#asking.version} `;
  }

  async #collect(): Promise<Collected> {
    const { tenants, sources } = this.#view().fleet;
    const ids = new Set<TenantId>();
    const factsBySource = sources.map(() => 0);
    await inTurns(tenants, ([tenant, { words }]) => {
      ids.add(tenant);
      words.forEach((word, rank) => {
        if (word?.fact !== undefined) factsBySource[rank] = (factsBySource[rank] ?? 0) + 1;
      });
    });
    const known = ids.size;
    await inTurns(this.#asking.tenants(), (tenant) => ids.add(tenant));
    const strangers = ids.size - known;
    return { ids: await this.#sort(ids), strangers, factsBySource };
  }

  /** What is in order already is sorted in one go, so that only what came since costs anything. */
  async #sort(ids: Set<TenantId>): Promise<TenantId[]> {
    const sorted = this.#order.value.ids.filter((id) => ids.delete(id));
    await setImmediate();
    for (const id of ids) sorted.push(id);
    sorted.sort();
    await setImmediate();
    return sorted;
  }

  /** In each turn of the fleet as it is then: an older one takes long to read. */
  async #findHeld(ids: readonly TenantId[]): Promise<Health> {
    const held = new Set<TenantId>();
    const causes = new Causes();
    await inTurns(ids, (id) => {
      const { fleet, now, maxStaleness } = this.#view();
      const record = fleet.tenants.get(id);
      const isOneHeld = isHeld(fleet, id, now, maxStaleness);
      if (isOneHeld) held.add(id);
      if (!isOneHeld && (record?.standing.status ?? 'unknown') !== 'unknown') return;
      const cause = causeOf(record?.words ?? [], fleet.sources, now);
      causes.add(isOneHeld ? 'held' : 'unknown', cause);
    });
    return { held, causes: causes.list() };
  }
}

/** Something that was made of a state, and is of use as long as that is the same and it is not too old. */
class Aging<T> {
  readonly #maxAge: Millis;
  value: T;
  #state = '';
  #madeAt: Instant = -Infinity;

  constructor(value: T, maxAge: Millis) {
    this.value = value;
    this.#maxAge = maxAge;
  }

  isOf(state: string, now: Instant): boolean {
    const age = now - this.#madeAt;
    return state === this.#state && age >= 0 && age < this.#maxAge;
  }

  /** @param now when it was begun */
  renew(value: T, state: string, now: Instant): void {
    this.value = value;
    this.#state = state;
    this.#madeAt = now;
  }
}

/** Looks at each, a share in a turn of the event loop. */
async function inTurns<T>(all: Iterable<T>, look: (one: T) => void): Promise<void> {
  let left = SHARE;
  for (const one of all) {
    look(one);
    if (--left > 0) continue;
    left = SHARE;
    await setImmediate();
  }
}

/** Is another one when a source began or ceased to work, so that other tenants are held. */
function healthOf({ sources }: Fleet): string {
  const health = sources.map(
    ({ trouble, epoch, wholeEpoch }) => `${epoch}${trouble ? '!' : ''}${wholeEpoch - epoch}`,
  );
  return health.join(' ');
}
