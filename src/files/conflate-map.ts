import { EMPTY, defer, exhaustMap, of, repeat, tap, type Observable, type OperatorFunction } from 'rxjs';

/**
 * Does the work for every value, one at a time; of the values that come while it is at work, it does it
 * only for the last one. So its results are never out of order, and the latest is never older than the
 * latest value.
 */
export function conflateMap<R>(work: () => Observable<R>): OperatorFunction<unknown, R> {
  return (source$) =>
    defer(() => {
      let isWanted = false;
      const work$ = defer(() => {
        isWanted = false;
        return work();
      });
      return source$.pipe(
        tap(() => {
          isWanted = true;
        }),
        exhaustMap(() => work$.pipe(repeat({ delay: () => (isWanted ? of(true) : EMPTY) }))),
      );
    });
}
