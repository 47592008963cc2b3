import type { Instant, Millis } from '../core/time.ts';
import type { TenantId } from '../core/tenant.ts';

const NEVER: Instant = Number.NEGATIVE_INFINITY;

/** A tenant's turn to be asked about: taken, and put back when the answer is there. */
export interface Turn {
  readonly tenant: TenantId;
  /** Whether the tenant left the rounds while it was being asked about. */
  readonly gone: boolean;
}

interface Place extends Turn {
  askedAt: Instant;
  gone: boolean;
}

/**
 * The rounds: in which order, and when at the latest, tenants are asked about.
 *
 * New tenants come first, at once. The others follow in the order in which they were last asked, one
 * every `interval / n`, so that each is asked once an interval and no burst lives on: many that came
 * together are spread over the first interval, because then they are asked early. A tenant that is
 * being asked has no place in the line, and so is never asked twice at a time.
 *
 * Holds state, reads no clock.
 */
export class Rounds {
  readonly #interval: Millis;
  readonly #places = new Map<TenantId, Place>();
  readonly #fresh = new Line();
  readonly #line = new Line();
  #lastTurn: Instant = NEVER;

  constructor(interval: Millis) {
    this.#interval = interval;
  }

  get size(): number {
    return this.#places.size;
  }

  add(tenant: TenantId): void {
    if (this.#places.has(tenant)) return;
    const place = { tenant, askedAt: NEVER, gone: false };
    this.#places.set(tenant, place);
    this.#fresh.push(place);
  }

  delete(tenant: TenantId): void {
    const place = this.#places.get(tenant);
    if (place === undefined) return;
    place.gone = true;
    this.#places.delete(tenant);
  }

  /** Puts a tenant back in line, unless it left in the meantime. */
  putBack(turn: Turn): void {
    const place = this.#places.get(turn.tenant);
    if (place === turn) this.#line.push(place);
  }

  /** When the next tenant is due; undefined where none is in line. */
  nextAt(): Instant | undefined {
    if (this.#fresh.first() !== undefined) return NEVER;
    const place = this.#line.first();
    if (place === undefined) return undefined;
    const inPace = this.#lastTurn + this.#interval / this.size;
    return Math.min(inPace, place.askedAt + this.#interval);
  }

  /** Takes the next tenant out of the line, due or not; undefined where none is in line. */
  take(now: Instant): Turn | undefined {
    const place = this.#fresh.shift() ?? this.#line.shift();
    if (place === undefined) return undefined;
    this.#lastTurn = this.#keepPace(now);
    place.askedAt = now;
    return place;
  }

  /**
   * The pace follows the plan rather than the clock, so that late timers do not add up over a round; but
   * a turn that was not planned is where the pace starts from, or the burst after an outage would live on.
   */
  #keepPace(now: Instant): Instant {
    const planned = this.#lastTurn + this.#interval / this.size;
    const late = now - planned;
    return late >= 0 && late <= this.#interval / 50 ? planned : now;
  }
}

/** A queue of places, of which those that left are passed over; amortized constant time. */
class Line {
  #places: Place[] = [];
  #head = 0;

  push(place: Place): void {
    this.#places.push(place);
  }

  first(): Place | undefined {
    let place = this.#places[this.#head];
    while (place?.gone === true) place = this.#places[++this.#head];
    return place;
  }

  shift(): Place | undefined {
    const place = this.first();
    if (place === undefined) return undefined;
    this.#head++;
    if (this.#head > 64 && this.#head * 2 > this.#places.length) {
      this.#places = this.#places.slice(this.#head);
      this.#head = 0;
    }
    return place;
  }
}
