import {
  Observable,
  asyncScheduler,
  type Observer,
  type Subscriber,
  type Subscription,
  type Unsubscribable,
} from 'rxjs';
import type { Millis } from '../core/time.ts';
import type { Verdict } from '../core/verdict.ts';

/** One message for a StreamIsActive stream. */
export interface Push {
  readonly active: boolean;
  /** `open`: the first state that the stream tells; `change`: another one; `repeat`: `true` once more. */
  readonly cause: 'open' | 'change' | 'repeat';
}

/**
 * What a stream says of the verdicts on its ScaledObject: the first firm state, then each change once,
 * and after a change to `true` the same again after each of `repeats`, unless it changes meanwhile. What
 * is held or unknown is not said. A `true` sent once can be without effect on a real KEDA, and each one
 * costs it a write, so there are repeats but no rhythm.
 *
 * @param judge how each value is judged
 * @param isRenewed whether the stream takes the place of another one: KEDA has rebuilt its ScaledObject, and 2.20
 * may have taken it to 0 while it did so; then a `true` at open is repeated as well
 */
export function pushes<T>(
  source$: Observable<T>,
  judge: (value: T) => Verdict,
  repeats: readonly Millis[],
  isRenewed = false,
): Observable<Push> {
  return new Observable((subscriber) => {
    const teller = new Teller(subscriber, judge, repeats, isRenewed);
    subscriber.add(teller);
    // eslint-disable-next-line no-restricted-syntax -- an operator made by hand: see Teller
    return source$.subscribe(teller);
  });
}

const NONE: readonly Subscription[] = [];

/**
 * One object in place of `map`, `filter`, `distinctUntilChanged` and `switchMap`: those cost some 450 bytes
 * each, and there is one for every stream that KEDA has open.
 */
class Teller<T> implements Observer<T>, Unsubscribable {
  readonly #subscriber: Subscriber<Push>;
  readonly #judge: (value: T) => Verdict;
  readonly #repeats: readonly Millis[];
  readonly #isRenewed: boolean;
  #said: boolean | undefined;
  #repeating: readonly Subscription[] = NONE;

  constructor(
    subscriber: Subscriber<Push>,
    judge: (value: T) => Verdict,
    repeats: readonly Millis[],
    isRenewed: boolean,
  ) {
    this.#subscriber = subscriber;
    this.#judge = judge;
    this.#repeats = repeats;
    this.#isRenewed = isRenewed;
  }

  next(value: T): void {
    const verdict = this.#judge(value);
    if (verdict.kind === 'unsaid' || verdict.held || verdict.active === this.#said) return;
    const { active } = verdict;
    const cause = this.#said === undefined ? 'open' : 'change';
    this.#said = active;
    this.unsubscribe();
    if (active && (cause === 'change' || this.#isRenewed))
      this.#repeating = this.#repeats.map((delay) => this.#repeatAfter(delay));
    this.#subscriber.next({ active, cause });
  }

  error(error: unknown): void {
    this.#subscriber.error(error);
  }

  complete(): void {
    this.#subscriber.complete();
  }

  /** Says nothing again that was to be repeated. */
  unsubscribe(): void {
    for (const repeat of this.#repeating) repeat.unsubscribe();
    this.#repeating = NONE;
  }

  #repeatAfter(delay: Millis): Subscription {
    return asyncScheduler.schedule(() => {
      this.#subscriber.next({ active: true, cause: 'repeat' });
    }, delay);
  }
}
