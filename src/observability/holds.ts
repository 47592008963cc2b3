import type { Fleet } from '../core/fleet.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';

/** What a look at the tenants withheld brought. */
export interface HoldChanges {
  readonly began: readonly TenantId[];
  readonly ended: readonly { readonly tenant: TenantId; readonly lasted: Millis }[];
}

const NOTHING: HoldChanges = { began: [], ended: [] };

/**
 * The holds: which tenants are withheld although something is known about them, and since when. Looked at
 * now and then, not with every update.
 */
export class Holds {
  #seen: Fleet['withheld'] | undefined;
  /** Whether some that were seen are not known yet; they may become so. */
  #isPartial = false;
  /** The first is the oldest: a tenant that is withheld again is put last. */
  readonly #since = new Map<TenantId, Instant>();

  get size(): number {
    return this.#since.size;
  }

  /** Since when the tenant that has been withheld longest is. */
  oldest(): Instant | undefined {
    for (const since of this.#since.values()) return since;
    return undefined;
  }

  /**
   * Takes in who is withheld now; takes no time where that is as it was.
   *
   * @param isKnown whether the tenant has a standing that can be held; where nothing is known, nothing is held
   */
  update(
    withheld: Fleet['withheld'],
    isKnown: (tenant: TenantId) => boolean,
    now: Instant,
  ): HoldChanges {
    if (withheld === this.#seen && !this.#isPartial) return NOTHING;
    this.#seen = withheld;
    const held = withheld.size === 0 ? [] : [...withheld].map(([tenant]) => tenant).filter(isKnown);
    this.#isPartial = held.length < withheld.size;
    return { ended: this.#end(new Set(held), now), began: this.#begin(held, now) };
  }

  #end(held: ReadonlySet<TenantId>, now: Instant): HoldChanges['ended'] {
    const over = [...this.#since].filter(([tenant]) => !held.has(tenant));
    for (const [tenant] of over) this.#since.delete(tenant);
    return over.map(([tenant, since]) => ({ tenant, lasted: now - since }));
  }

  #begin(held: readonly TenantId[], now: Instant): readonly TenantId[] {
    const began = held.filter((tenant) => !this.#since.has(tenant));
    for (const tenant of began) this.#since.set(tenant, now);
    return began;
  }
}
