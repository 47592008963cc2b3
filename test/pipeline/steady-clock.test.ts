import { expect } from 'chai';
import { map, tap, timer } from 'rxjs';
import { SteadyClock } from '../../src/pipeline/steady-clock.ts';
import { marbles } from '../helpers/marbles.ts';
import { withWallClock } from '../helpers/set-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('SteadyClock', () => {
  it('goes with the wall clock', () => {
    marbles(({ expectObservable }) => {
      const clock = new SteadyClock();
      const seen$ = timer(7).pipe(map(() => clock.now()));
      expectObservable(seen$).toBe('-------(a|)', { a: 7 });
    });
  });

  it('does not go back where the wall clock is set back, and goes on from there', () => {
    withWallClock(({ setBy }) => {
      marbles(({ expectObservable }) => {
        const clock = new SteadyClock();
        const seen$ = timer(10, 5).pipe(
          map((count) => {
            if (count === 1) setBy(-HOUR);
            return clock.now();
          }),
        );
        // What passed between the last look and the step is not known, and counts as nothing.
        expectObservable(seen$, '24ms !').toBe('10ms a----b----c', { a: 10, b: 10, c: 15 });
      });
    });
  });

  it('follows a wall clock that is set forward, and does not follow it back', () => {
    withWallClock(({ setBy }) => {
      marbles(({ expectObservable }) => {
        const clock = new SteadyClock();
        const seen$ = timer(10, 10).pipe(
          map((count) => {
            setBy(count === 0 ? 2 * HOUR : -2 * HOUR);
            return clock.now() - 2 * HOUR;
          }),
        );
        expectObservable(seen$, '24ms !').toBe('10ms a 9ms b', { a: 10, b: 10 });
      });
    });
  });

  it('takes a step forward for no more than it was told that can pass', () => {
    withWallClock(({ setBy }) => {
      marbles(({ expectObservable }) => {
        const clock = new SteadyClock(MINUTE);
        const seen$ = timer(10).pipe(
          tap(() => {
            setBy(2 * HOUR);
          }),
          map(() => clock.now()),
        );
        expectObservable(seen$).toBe('10ms (a|)', { a: MINUTE });
      });
    });
  });

  describe('reach', () => {
    it('emits the instant when it has come, and completes', () => {
      marbles(({ expectObservable }) => {
        expectObservable(new SteadyClock().reach(3)).toBe('---(a|)', { a: 3 });
      });
    });

    it('emits at once, yet not within the subscription, where the instant has passed', () => {
      marbles(({ expectObservable }) => {
        const clock = new SteadyClock();
        for (const at of [5, 4, 0, -7, -Infinity]) {
          expectObservable(clock.reach(at), '-----^').toBe('-----(a|)', { a: at });
        }
        let isSubscribing = true;
        const seen = clock.reach(0).subscribe(() => {
          expect(isSubscribing).to.equal(false);
        });
        isSubscribing = false;
        seen.unsubscribe();
      });
    });

    it('waits for months, which no single timer can', () => {
      marbles(({ expectObservable }) => {
        expectObservable(new SteadyClock().reach(90 * DAY)).toBe(`${90 * DAY}ms (a|)`, {
          a: 90 * DAY,
        });
      });
    });

    for (const by of [-HOUR, -DAY, -10 * 365 * DAY, -21]) {
      it(`comes in time where the wall clock is set by ${by} ms meanwhile`, () => {
        withWallClock(({ setBy }) => {
          marbles(({ expectObservable }) => {
            const clock = new SteadyClock();
            timer(1000).subscribe(() => {
              setBy(by);
            });
            expectObservable(clock.reach(10_000)).toBe('10s (a|)', { a: 10_000 });
          });
        });
      });
    }

    it('waits once more where a timer is a little early', () => {
      withWallClock(({ setBy }) => {
        marbles(({ expectObservable }) => {
          const clock = new SteadyClock();
          timer(99).subscribe(() => {
            setBy(-2);
          });
          expectObservable(clock.reach(100)).toBe('102ms (a|)', { a: 100 });
        });
      });
    });

    it('leaves no timer behind', () => {
      marbles(({ expectObservable }) => {
        expectObservable(new SteadyClock().reach(HOUR), '---!').toBe('----');
      });
    });
  });
});
