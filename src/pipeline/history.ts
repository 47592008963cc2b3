/** What happened: the last transitions of each tenant, and the last events of all, for whoever asks. */
import type { Transition } from '../core/fleet-update.ts';
import type { SourceState } from '../core/source-state.ts';
import type { SourceName } from '../core/observation.ts';
import { toSourceTurn, type SourceTurn } from '../core/report/source-row.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant } from '../core/time.ts';

/** A numbered event. */
export type Happening =
  | { readonly id: number; readonly kind: 'transition'; readonly transition: Transition }
  | { readonly id: number; readonly kind: 'source'; readonly turn: SourceTurn };

type TransitionHappening = Extract<Happening, { kind: 'transition' }>;

/** What is kept, at the most. */
export interface HistoryLimits {
  readonly perTenant: number;
  /** Of all tenants together; the oldest are forgotten first. */
  readonly transitions: number;
  readonly events: number;
}

const LIMITS: HistoryLimits = { perTenant: 20, transitions: 20_000, events: 1_000 };

/** An update, as far as it is history. */
export interface Chapter {
  readonly transitions: readonly Transition[];
  readonly sourcesBefore: readonly SourceState[];
  readonly sources: readonly SourceState[];
  /** The source that was read with success, and when. */
  readonly answered: { readonly source: SourceName; readonly at: Instant } | undefined;
}

/**
 * The history of this process. Bounded in every direction; writing costs the same however much there is.
 *
 * Numbers go on from the instant at which it began: one of an earlier process is lower than all of these.
 */
export class History {
  readonly #limits: HistoryLimits;
  /** By number; the first is the oldest. */
  readonly #transitions = new Map<number, TransitionHappening>();
  readonly #byTenant = new Map<TenantId, TransitionHappening[]>();
  readonly #answeredAt = new Map<SourceName, Instant>();
  readonly #listeners = new Set<() => void>();
  /** A ring: the event with a number is at its remainder. */
  readonly #ring: Happening[] = [];
  readonly #first: number;
  #last: number;

  constructor(begin: Instant, limits: Partial<HistoryLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
    this.#last = begin;
    this.#first = begin;
  }

  /** The number of the last event. */
  get last(): number {
    return this.#last;
  }

  /** Takes in what happened, and tells the listeners once. */
  write({ transitions, sourcesBefore, sources, answered }: Chapter, now: Instant): void {
    const before = this.#last;
    if (answered !== undefined) this.#answeredAt.set(answered.source, answered.at);
    if (sources !== sourcesBefore) this.#writeSources(sourcesBefore, sources, now);
    for (const transition of transitions) this.#writeTransition(transition);
    if (this.#last !== before) for (const listener of this.#listeners) listener();
  }

  /** The tenant's last transitions, the newest first. */
  of(tenant: TenantId): readonly TransitionHappening[] {
    return this.#byTenant.get(tenant)?.toReversed() ?? [];
  }

  /** When a source was last read with success. */
  answeredAt(source: SourceName): Instant | undefined {
    return this.#answeredAt.get(source);
  }

  /** Where whoever has seen nothing begins, to be told all that is kept. */
  get oldest(): number {
    return Math.max(this.#first, this.#last - this.#limits.events);
  }

  /** The events after a number, in order; undefined where some of them are no longer known. */
  since(id: number): readonly Happening[] | undefined {
    const { events } = this.#limits;
    if (id > this.#last || id < this.oldest) return undefined;
    const happenings: Happening[] = [];
    for (let next = id + 1; next <= this.#last; next++) {
      const happening = this.#ring[next % events];
      if (happening !== undefined) happenings.push(happening);
    }
    return happenings;
  }

  /** @returns what ends the listening */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #writeSources(before: readonly SourceState[], after: readonly SourceState[], now: Instant): void {
    after.forEach((state, rank) => {
      const turn = toSourceTurn(before[rank], state, now);
      if (turn !== undefined) this.#append({ id: this.#last + 1, kind: 'source', turn });
    });
  }

  #writeTransition(transition: Transition): void {
    const happening = { id: this.#last + 1, kind: 'transition', transition } as const;
    this.#append(happening);
    this.#transitions.set(happening.id, happening);
    const own = this.#byTenant.get(transition.tenant);
    if (own === undefined) this.#byTenant.set(transition.tenant, [happening]);
    else own.push(happening);
    if (own !== undefined && own.length > this.#limits.perTenant) this.#forget(own[0]);
    if (this.#transitions.size > this.#limits.transitions) {
      for (const oldest of this.#transitions.values()) {
        this.#forget(oldest);
        break;
      }
    }
  }

  /** The oldest of all is the oldest of its tenant. */
  #forget(oldest: TransitionHappening | undefined): void {
    if (oldest === undefined) return;
    const { tenant } = oldest.transition;
    this.#transitions.delete(oldest.id);
    const own = this.#byTenant.get(tenant);
    own?.shift();
    if (own?.length === 0) this.#byTenant.delete(tenant);
  }

  #append(happening: Happening): void {
    this.#last = happening.id;
    this.#ring[happening.id % this.#limits.events] = happening;
  }
}
