import { EMPTY_AGENDA, insert, withoutFirst, type Agenda } from '../core/agenda.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant } from '../core/time.ts';
import type { Queue } from './line.ts';
import type { Place } from './place.ts';

/** A place as it was when it began to rest: void when it was taken since. */
interface Rest {
  readonly place: Place;
  readonly stay: number;
  readonly at: Instant;
}

/** Places that are not to be asked about before an instant of their own, in the order of those. */
export class Resting implements Queue {
  #agenda: Agenda = EMPTY_AGENDA;
  readonly #rests = new Map<TenantId, Rest>();

  push(place: Place): void {
    const { tenant, stay, restsUntil: at } = place;
    this.#agenda = insert(this.#agenda, { at, tenant });
    this.#rests.set(tenant, { place, stay, at });
  }

  nextAt(): Instant | undefined {
    return this.#first()?.at;
  }

  isOverdue(now: Instant): boolean {
    const at = this.nextAt();
    return at !== undefined && at <= now;
  }

  shift(): Place | undefined {
    const rest = this.#first();
    if (rest === undefined) return undefined;
    this.#drop(rest);
    return rest.place;
  }

  #first(): Rest | undefined {
    for (let { first } = this.#agenda; first !== undefined; { first } = this.#agenda) {
      const rest = this.#rests.get(first.tenant);
      if (rest?.at !== first.at) this.#agenda = withoutFirst(this.#agenda);
      else if (rest.place.gone || rest.place.stay !== rest.stay) this.#drop(rest);
      else return rest;
    }
    return undefined;
  }

  #drop({ place }: Rest): void {
    this.#rests.delete(place.tenant);
    this.#agenda = withoutFirst(this.#agenda);
  }
}
