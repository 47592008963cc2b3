import type { Instant, Millis } from '../core/time.ts';
import { AT_ONCE, type Place } from './place.ts';

/** Places that wait for their turn. */
export interface Queue {
  push(place: Place): void;
  /** When the first place is due; undefined where there is none. */
  nextAt(): Instant | undefined;
  /** Whether the first place has waited long enough to be taken in turn with those of other queues. */
  isOverdue(now: Instant): boolean;
  /** Takes the first place out, due or not. */
  shift(): Place | undefined;
}

/**
 * Places that are due at once, first in, first out. What left otherwise than by the head is passed over;
 * amortized constant time.
 */
export class Line implements Queue {
  #entries: { readonly place: Place; readonly stay: number }[] = [];
  #head = 0;

  push(place: Place): void {
    this.#entries.push({ place, stay: place.stay });
  }

  first(): Place | undefined {
    let entry = this.#entries[this.#head];
    while (entry !== undefined && (entry.place.gone || entry.stay !== entry.place.stay)) {
      entry = this.#entries[++this.#head];
    }
    return entry?.place;
  }

  nextAt(): Instant | undefined {
    return this.first() === undefined ? undefined : AT_ONCE;
  }

  isOverdue(now: Instant): boolean {
    const at = this.nextAt();
    return at !== undefined && at <= now;
  }

  shift(): Place | undefined {
    const place = this.first();
    if (place === undefined) return undefined;
    this.#head++;
    if (this.#head > 64 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return place;
  }
}

/**
 * A line whose places follow in the order in which they were last asked, one every `interval / n`, so
 * that each is asked once an interval and no burst lives on: many that came together are spread over the
 * first interval, because then they are asked early.
 */
export class PacedLine extends Line {
  readonly #interval: Millis;
  /** Places that belong to it, in line or being asked about. */
  #population = 0;
  #lastTurn: Instant = AT_ONCE;

  constructor(interval: Millis) {
    super();
    this.#interval = interval;
  }

  get population(): number {
    return this.#population;
  }

  override nextAt(): Instant | undefined {
    const place = this.first();
    if (place === undefined) return undefined;
    const inPace = this.#lastTurn + this.#interval / this.#population;
    return Math.min(inPace, place.askedAt + this.#interval);
  }

  /** Only after a whole interval: what is asked early, for the sake of the pace, can wait for others. */
  override isOverdue(now: Instant): boolean {
    const place = this.first();
    return place !== undefined && place.askedAt + this.#interval <= now;
  }

  /** A place that was asked about then belongs to it from now on. */
  join(askedAt: Instant): void {
    this.#population++;
    // That was a turn of it, so to speak: those who come together are not all asked once more at once.
    this.#lastTurn = Math.max(this.#lastTurn, askedAt);
  }

  leave(): void {
    this.#population--;
  }

  /**
   * Takes in that one of its places has its turn. The pace follows the plan rather than the clock, so
   * that late timers do not add up over a round; but a turn that was not planned is where the pace starts
   * from, or the burst after an outage would live on.
   */
  keepPace(now: Instant): void {
    const planned = this.#lastTurn + this.#interval / this.#population;
    const late = now - planned;
    this.#lastTurn = late >= 0 && late <= this.#interval / 50 ? planned : now;
  }
}
