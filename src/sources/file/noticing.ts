import { defer, tap, type MonoTypeOperatorFunction } from 'rxjs';
import type { FileAnswer } from './watch-decoded.ts';

/** Who wants to know what is wrong with a file although it can be read. */
export interface FileObserver {
  /**
   * There is an entry of which it can't be told whose it is, or the system does not tell of changes. Told
   * once, until it changes.
   */
  noticed?(problem: string): void;
}

/** @param problemOf what is wrong with what a file says; undefined: nothing */
export function noticing<T>(
  observer: FileObserver | undefined,
  problemOf: (value: T) => string | undefined,
): MonoTypeOperatorFunction<FileAnswer<T>> {
  return (answer$) =>
    defer(() => {
      let told: string | undefined;
      return answer$.pipe(
        tap((answer) => {
          if (!answer.ok) return;
          const problem = problemOf(answer.value);
          if (problem !== undefined && problem !== told) observer?.noticed?.(problem);
          told = problem;
        }),
      );
    });
}
