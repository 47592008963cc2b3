import { concatMap, endWith, from, ignoreElements, type Observable } from 'rxjs';

/**
 * Emits the first at once and each of the others after a turn, so that other work runs in between.
 *
 * @param turn$ completes when everything else that was ready has had its turn. Not a timer of 0 ms: timers
 * that are due run one after the other, before anything is read or written.
 */
export function inTurns<T>(items: Iterable<T>, turn$: Observable<unknown>): Observable<T> {
  return from(items).pipe(
    concatMap((item, index) =>
      index === 0 ? [item] : turn$.pipe(ignoreElements(), endWith(item)),
    ),
  );
}
