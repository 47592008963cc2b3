import {
  concat,
  distinctUntilChanged,
  filter,
  from,
  map,
  mergeMap,
  of,
  switchMap,
  timer,
  type Observable,
} from 'rxjs';
import type { Millis } from '../core/time.ts';
import type { Known, Verdict } from '../core/verdict.ts';

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
 */
export function pushes(
  verdicts$: Observable<Verdict>,
  repeats: readonly Millis[],
): Observable<Push> {
  return verdicts$.pipe(
    filter(isFirm),
    map(({ active }) => active),
    distinctUntilChanged(),
    switchMap((active, index): Observable<Push> => {
      if (index === 0) return of({ active, cause: 'open' });
      const change$ = of<Push>({ active, cause: 'change' });
      return active ? concat(change$, repeatAfter(repeats)) : change$;
    }),
  );
}

function isFirm(verdict: Verdict): verdict is Known {
  return verdict.kind === 'known' && !verdict.held;
}

function repeatAfter(delays: readonly Millis[]): Observable<Push> {
  return from(delays).pipe(
    mergeMap((delay) => timer(delay)),
    map((): Push => ({ active: true, cause: 'repeat' })),
  );
}
