import {
  EMPTY,
  concat,
  defer,
  filter,
  mergeMap,
  type Observable,
  type OperatorFunction,
} from 'rxjs';

export interface NewestFirstOptions<T> {
  /** Values of one key are never at work at the same time, and wait in one place. */
  readonly keyOf: (value: T) => string;
  /** Makes one of a value that waits and another of its key. */
  readonly join: (waiting: T, next: T) => T;
  /** How many are at work at the same time. */
  readonly lanes: number;
}

/**
 * Does the work of every value, of the newest first: where more comes than can be done, the old ones wait, for they
 * are late anyway.
 */
export function newestFirst<T, R>(
  { keyOf, join, lanes }: NewestFirstOptions<T>,
  work$: (value: T) => Observable<R>,
): OperatorFunction<T, R> {
  return (source$) =>
    defer(() => {
      const line = new Line<T>(join);
      const workOn$ = (key: string, value: T): Observable<R> =>
        concat(
          work$(value),
          // What came meanwhile under the same key.
          defer(() => {
            const next = line.takeNext(key);
            return next === undefined ? EMPTY : workOn$(key, next.value);
          }),
        );
      return source$.pipe(
        filter((value) => line.put(keyOf(value), value)),
        // Each value that has a place of its own brings a turn; whose turn it is, is decided when a lane is free.
        mergeMap(() => {
          const newest = line.takeNewest();
          return newest === undefined ? EMPTY : workOn$(newest.key, newest.value);
        }, lanes),
      );
    });
}

interface Place<T> {
  readonly key: string;
  readonly value: T;
}

/** What waits, by key, the newest at the end; and which keys are at work. */
class Line<T> {
  readonly #join: (waiting: T, next: T) => T;
  readonly #waiting = new Map<string, Place<T>>();
  /** The places in the order in which they were taken; those that were replaced since are passed over. */
  #order: Place<T>[] = [];
  readonly #working = new Set<string>();

  constructor(join: (waiting: T, next: T) => T) {
    this.#join = join;
  }

  /** @returns whether it has a place that nobody of its key had before */
  put(key: string, value: T): boolean {
    const waiting = this.#waiting.get(key);
    const place = { key, value: waiting === undefined ? value : this.#join(waiting.value, value) };
    this.#waiting.set(key, place);
    if (this.#working.has(key)) return false;
    this.#order.push(place);
    return waiting === undefined;
  }

  takeNewest(): Place<T> | undefined {
    for (let place = this.#order.pop(); place !== undefined; place = this.#order.pop()) {
      if (this.#waiting.get(place.key) === place) return this.#take(place);
    }
    return undefined;
  }

  /** The work of a key is done. @returns what waits under it */
  takeNext(key: string): Place<T> | undefined {
    this.#working.delete(key);
    const place = this.#waiting.get(key);
    return place && this.#take(place);
  }

  #take(place: Place<T>): Place<T> {
    this.#waiting.delete(place.key);
    // Those that were replaced lie below the newest, where nobody comes by.
    if (this.#waiting.size === 0) this.#order = [];
    this.#working.add(place.key);
    return place;
  }
}
