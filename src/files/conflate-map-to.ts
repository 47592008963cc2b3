import {
  EMPTY,
  defer,
  exhaustMap,
  of,
  repeat,
  tap,
  type Observable,
  type OperatorFunction,
} from 'rxjs';

/**
 * Subscribes to `work$` for every value, one at a time; for all the values that come while it is at work,
 * it does so once more. So results are never out of order, and the work of the last one began after the
 * last value.
 */
export function conflateMapTo<R>(work$: Observable<R>): OperatorFunction<unknown, R> {
  return (source$) =>
    defer(() => {
      let isWanted = false;
      const wanted$ = defer(() => {
        isWanted = false;
        return work$;
      });
      return source$.pipe(
        tap(() => {
          isWanted = true;
        }),
        exhaustMap(() => wanted$.pipe(repeat({ delay: () => (isWanted ? of(true) : EMPTY) }))),
      );
    });
}
