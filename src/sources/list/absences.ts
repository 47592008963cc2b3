import type { Reading } from '../../core/observation.ts';
import type { TenantId } from '../../core/tenant.ts';
import type { DemandChange } from '../../pipeline/demand.ts';
import type { Decoded } from './listing.ts';

const ABSENT: Reading = Object.freeze({ kind: 'absent', proven: false });
const SILENT: Reading = Object.freeze({ kind: 'silent' });

/**
 * Absences: what lists say by what they do not say.
 *
 * - A tenant that was listed and is not any more is absent, and so is one in demand that is not listed;
 *   but only by an answer that was asked for after the demand began: a customer created seconds ago is
 *   not in a list that was on its way already.
 * - While the list has an element that might be anybody's, nobody is absent: it might be theirs.
 * - A tenant that is absent and that nobody asks about is forgotten with the next answer.
 *
 * Holds state; an answer costs as much as the tenants that it changes something for.
 */
export class Absences {
  #requests = 0;
  readonly #demanded = new Set<TenantId>();
  /** In demand and not spoken of yet: how many requests had begun when the demand did. */
  readonly #awaiting = new Map<TenantId, number>();
  readonly #absent = new Set<TenantId>();
  /** Absent, and not in demand (any more). */
  readonly #fading = new Set<TenantId>();
  /** Not listed, but an element that might be anybody's may be theirs. */
  readonly #doubtful = new Set<TenantId>();

  /** Whether a tenant is in demand that no answer has said anything about. */
  get isAwaiting(): boolean {
    return this.#awaiting.size > 0;
  }

  /**
   * A request begins.
   *
   * @returns its number, to be given to `complete`
   */
  begin(): number {
    return ++this.#requests;
  }

  /** Takes in that a tenant came into demand, or left it. */
  change({ tenant, wanted }: DemandChange, isListed: boolean): void {
    const isSpokenOf = isListed || this.#absent.has(tenant) || this.#doubtful.has(tenant);
    if (wanted) {
      this.#demanded.add(tenant);
      this.#fading.delete(tenant);
      if (!isSpokenOf) this.#awaiting.set(tenant, this.#requests);
    } else {
      this.#demanded.delete(tenant);
      this.#awaiting.delete(tenant);
      if (this.#absent.has(tenant)) this.#fading.add(tenant);
    }
  }

  /** Adds what an answer says by silence to what it says. */
  complete(request: number, { changes, missing, listing }: Decoded): void {
    for (const tenant of changes.keys()) this.#forget(tenant);
    for (const tenant of this.#fading) {
      this.#forget(tenant);
      changes.set(tenant, SILENT);
    }
    const covered = this.#covered(request);
    if (listing.nameless === undefined) {
      // Whoever was listed comes first: if those are most, nothing is believed of the others.
      for (const tenant of [...missing, ...this.#doubtful, ...covered]) {
        this.#settle(tenant, this.#absent);
        if (!this.#demanded.has(tenant)) this.#fading.add(tenant);
        changes.set(tenant, ABSENT);
      }
    } else {
      const problem = `not listed by its id, but it may be ${listing.nameless}`;
      for (const tenant of [...missing, ...covered, ...this.#absent]) {
        this.#settle(tenant, this.#doubtful);
        changes.set(tenant, { kind: 'unreadable', problem });
      }
    }
  }

  /** Those who were in demand before a request began, and were not spoken of until its answer. */
  #covered(request: number): TenantId[] {
    const all = [...this.#awaiting];
    return all.flatMap(([tenant, requests]) => (requests < request ? [tenant] : []));
  }

  #settle(tenant: TenantId, among: Set<TenantId>): void {
    this.#forget(tenant);
    among.add(tenant);
  }

  #forget(tenant: TenantId): void {
    this.#awaiting.delete(tenant);
    this.#absent.delete(tenant);
    this.#fading.delete(tenant);
    this.#doubtful.delete(tenant);
  }
}
