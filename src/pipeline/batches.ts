import { asyncScheduler, buffer, connect, throttleTime, type OperatorFunction } from 'rxjs';
import type { Millis } from '../core/time.ts';

/**
 * Collects what comes and emits it in batches, each at the latest `span` after its first value; what is left at
 * the end is the last batch. There is no timer while nothing comes, and one however much comes.
 */
export function inBatches<T>(span: Millis): OperatorFunction<T, T[]> {
  const atEnd = { leading: false, trailing: true };
  return connect((shared$) =>
    shared$.pipe(buffer(shared$.pipe(throttleTime(span, asyncScheduler, atEnd)))),
  );
}
