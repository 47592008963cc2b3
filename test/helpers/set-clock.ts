import { asyncScheduler } from 'rxjs';

/** The wall clock of the pipeline, which a test can set. Timers do not notice. */
export interface WallClock {
  /** Sets it by so many milliseconds, from where it is. */
  readonly setBy: (millis: number) => void;
}

/** Lets a test set the wall clock, and sets it right afterwards. */
export function withWallClock<T>(test: (clock: WallClock) => T): T {
  const { now } = asyncScheduler;
  let ahead = 0;
  asyncScheduler.now = () => now() + ahead;
  const restore = (): void => {
    asyncScheduler.now = now;
  };
  const setBy = (millis: number): void => {
    ahead += millis;
  };
  let result: T;
  try {
    result = test({ setBy });
  } catch (error) {
    restore();
    throw error;
  }
  if (result instanceof Promise) return result.finally(restore) as T;
  restore();
  return result;
}
