import { asyncScheduler } from 'rxjs';
import { reach } from '../../src/pipeline/boundaries.ts';
import { marbles } from '../helpers/marbles.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Sets the clock, by so much, after the first look at it. Timers do not notice. */
function withClockSet(by: number, test: () => void): void {
  const { now } = asyncScheduler;
  let looks = 0;
  asyncScheduler.now = () => now() + (looks++ === 0 ? 0 : by);
  try {
    test();
  } finally {
    asyncScheduler.now = now;
  }
}

describe('reach', () => {
  it('emits the instant when it has come, and completes', () => {
    marbles(({ expectObservable }) => {
      const expected = '---(a|)';
      expectObservable(reach(3)).toBe(expected, { a: 3 });
    });
  });

  it('emits at once, yet not within the subscription, where the instant is now or has passed', () => {
    marbles(({ expectObservable }) => {
      const subscription = '-----^---';
      const expected = '    -----(a|)';
      for (const at of [5, 4, 0, -7, Number.NEGATIVE_INFINITY]) {
        expectObservable(reach(at), subscription).toBe(expected, { a: at });
      }
    });
  });

  it('counts from the subscription to the instant, not from the call', () => {
    marbles(({ expectObservable }) => {
      const reached$ = reach(7);
      expectObservable(reached$, '--^----------').toBe('-------(a|)', { a: 7 });
      expectObservable(reached$, '------^------').toBe('-------(a|)', { a: 7 });
    });
  });

  it('reaches an instant that no single timer can', () => {
    marbles(({ expectObservable }) => {
      const month = 25 * DAY;
      expectObservable(reach(month)).toBe(`${month}ms (a|)`, { a: month });
    });
  });

  it('looks at the clock every few seconds, and notices that it was set forward', () => {
    withClockSet(HOUR, () => {
      marbles(({ expectObservable }) => {
        expectObservable(reach(HOUR + 7_000)).toBe('7000ms (a|)', { a: HOUR + 7_000 });
      });
    });
  });

  it('goes by the clock when it fires, and waits on where that was set back', () => {
    withClockSet(-10, () => {
      marbles(({ expectObservable }) => {
        expectObservable(reach(5)).toBe('15ms (a|)', { a: 5 });
      });
    });
  });

  it('leaves no timer behind when it is unsubscribed from', () => {
    marbles(({ expectObservable }) => {
      expectObservable(reach(90 * DAY), '--!').toBe('---');
    });
  });
});
