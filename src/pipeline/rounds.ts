import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';
import { Line, PacedLine, type Queue } from './line.ts';
import {
  AT_ONCE,
  createPlace,
  isAnswered,
  isWorking,
  restAfter,
  type Outcome,
  type Place,
  type Turn,
} from './place.ts';
import { Resting } from './resting.ts';
import { Rotation } from './rotation.ts';

/** Where anybody is due, somebody is asked within an interval and so long; otherwise the machine was asleep. */
const PAUSE: Millis = 10_000;

/**
 * The rounds: in which order, and when at the latest, tenants are asked about.
 *
 * - Those that are to be refreshed come before all others, at once.
 * - New tenants come at once, licensed ones once an interval, and so do those without a license. Where
 *   not all of them can have their turn in time, the kinds take turns: whoever makes up names can
 *   neither keep others from being asked, nor make it a long round for the tenants that have a license.
 * - Those that failed rest for an interval, or longer.
 *
 * A tenant that is being asked has no place in a line, and so is never asked twice at a time.
 *
 * Holds state, reads no clock.
 */
export class Rounds {
  readonly #interval: Millis;
  readonly #places = new Map<TenantId, Place>();
  readonly #urgent = new Line();
  readonly #fresh = new Line();
  readonly #lines: Readonly<Record<'licensed' | 'unlicensed', PacedLine>>;
  readonly #resting = new Resting();
  readonly #rotation: Rotation;
  readonly #unproven = new Rotation([this.#urgent, this.#fresh, this.#resting]);
  /** Tenants that are answered about. */
  #working = 0;
  #resumedAt: Instant = AT_ONCE;
  /** When anybody was asked about last. */
  #askedAt: Instant = AT_ONCE;
  #round: Millis = 0;

  constructor(interval: Millis) {
    this.#interval = interval;
    const licensed = new PacedLine(interval);
    const unlicensed = new PacedLine(interval);
    this.#lines = { licensed, unlicensed };
    this.#rotation = new Rotation([this.#fresh, licensed, unlicensed, this.#resting]);
  }

  get size(): number {
    return this.#places.size;
  }

  /** How many tenants may be expected to be answered about: those that were, or all where none was. */
  get hopeful(): number {
    return this.#working || this.size;
  }

  /** Whether a tenant is one of those. */
  isHopeful(tenant: TenantId): boolean {
    const place = this.#places.get(tenant);
    return this.#working === 0 || (place !== undefined && isWorking(place));
  }

  /** How long a round takes at present, where that is longer than an interval. */
  get round(): Millis | undefined {
    return this.#round > this.#interval ? this.#round : undefined;
  }

  add(tenant: TenantId): void {
    const known = this.#places.get(tenant);
    if (known !== undefined) {
      if (known.isGuest) this.#assign(known, 'unlicensed');
      known.isGuest = false;
      return;
    }
    const place = createPlace(tenant);
    this.#places.set(tenant, place);
    this.#assign(place, 'unlicensed');
    this.#fresh.push(place);
  }

  delete(tenant: TenantId): void {
    const place = this.#places.get(tenant);
    if (place === undefined) return;
    place.gone = true;
    this.#remove(place);
  }

  /** Has a tenant asked about before all others, by a question that is yet to begin; once, if it is not in the rounds. */
  refresh(tenant: TenantId): void {
    const place = this.#places.get(tenant) ?? { ...createPlace(tenant), isGuest: true };
    this.#places.set(tenant, place);
    if (place.refresh === 'wanted') return;
    place.refresh = 'wanted';
    if (!place.isAsked) this.#urgent.push(place);
  }

  /** Puts a tenant back in line, unless it left in the meantime. */
  putBack(turn: Turn, outcome: Outcome = { kind: 'unlicensed' }): void {
    const place = this.#places.get(turn.tenant);
    if (place !== turn) return;
    place.isAsked = false;
    this.#takeIn(place, outcome);
    if (place.refresh === 'asked') place.refresh = outcome.kind === 'outage' ? 'wanted' : 'no';
    if (place.refresh === 'wanted') this.#urgent.push(place);
    if (place.isGuest) {
      if (place.refresh === 'no') this.#remove(place);
      return;
    }
    this.#queueOf(place).push(place);
  }

  /** When the next tenant is due; undefined where none is in line. */
  nextAt(): Instant | undefined {
    return this.#urgent.nextAt() ?? this.#rotation.nextAt();
  }

  /** Takes the next tenant out of its line, due or not; undefined where none is in line. */
  take(now: Instant): Turn | undefined {
    const place = this.#urgent.shift() ?? this.#rotation.shift(now);
    if (place !== undefined) this.#measure(place, now);
    return place && this.#begin(place, now);
  }

  /** The same for an attempt to find out whether the service works: with whom it did last, or with anybody. */
  probe(now: Instant): Turn | undefined {
    const { licensed, unlicensed } = this.#lines;
    const place = licensed.shift() ?? unlicensed.shift() ?? this.#unproven.shift(Infinity);
    return place && this.#begin(place, now);
  }

  /** An outage is over, or the machine was asleep: how long ago somebody was asked does not tell how long a round takes. */
  resume(now: Instant): void {
    this.#resumedAt = now;
    this.#askedAt = now;
  }

  #measure(place: Place, now: Instant): void {
    if (now - this.#askedAt > this.#interval + PAUSE) this.resume(now);
    const line = this.#lines.licensed.population > 0 ? 'licensed' : 'unlicensed';
    const isInTurn = place.line === line && place.refresh === 'no' && place.askedAt !== AT_ONCE;
    if (isInTurn) this.#round = now - Math.max(place.askedAt, this.#resumedAt);
  }

  #begin(place: Place, now: Instant): Turn {
    place.stay++;
    place.isAsked = true;
    place.askedAt = this.#askedAt = now;
    if (place.refresh === 'wanted') place.refresh = 'asked';
    if (place.line !== undefined) this.#lines[place.line].keepPace(now);
    return place;
  }

  #takeIn(place: Place, outcome: Outcome): void {
    if (outcome.kind !== 'outage') {
      this.#count(place, -1);
      place.worked ||= outcome.kind !== 'failed';
      place.failures = outcome.kind === 'failed' ? place.failures + 1 : 0;
      this.#count(place, 1);
    }
    if (!place.isGuest) this.#assign(place, this.#lineOf(place, outcome));
  }

  #lineOf(place: Place, outcome: Outcome): Place['line'] {
    if (isAnswered(outcome)) {
      return outcome.kind === 'unclear' ? (place.line ?? 'unlicensed') : outcome.kind;
    }
    const nextAt = place.askedAt + this.#interval;
    const areOthersAnswered = this.#working > 0;
    place.restsUntil = restAfter(place, outcome, this.#interval, areOthersAnswered);
    return isWorking(place) && place.restsUntil <= nextAt ? place.line : undefined;
  }

  #remove(place: Place): void {
    this.#assign(place, undefined);
    this.#count(place, -1);
    this.#places.delete(place.tenant);
  }

  #count(place: Place, by: 1 | -1): void {
    if (isWorking(place)) this.#working += by;
  }

  #queueOf({ line }: Place): Queue {
    return line === undefined ? this.#resting : this.#lines[line];
  }

  #assign(place: Place, line: Place['line']): void {
    if (line === place.line) return;
    if (place.line !== undefined) this.#lines[place.line].leave();
    if (line !== undefined) this.#lines[line].join(place.askedAt);
    place.line = line;
  }
}
