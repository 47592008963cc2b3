import { expect } from 'chai';
import { map, merge, mergeMap, timer, type Observable } from 'rxjs';
import { createPace } from '../../src/scaling/pace.ts';
import { byHand } from '../helpers/hand-clock.ts';
import { marbles } from '../helpers/marbles.ts';

/** Asks to be let through so many times at once, at each of these instants. */
function come(count: number, instants: readonly number[], pace$: Observable<unknown>) {
  const at = instants.map((instant) => timer(instant));
  return merge(...at).pipe(
    mergeMap(() => merge(...Array.from({ length: count }, () => pace$))),
    map(() => 'x'),
  );
}

describe('the pace', () => {
  it('lets a burst through at once, and the rest evenly', () => {
    marbles(({ expectObservable }) => {
      const expected = '(xxx) 5ms x 9ms (x|)';
      expectObservable(come(5, [0], createPace(100, 3))).toBe(expected);
    });
  });

  it('lets everybody through at once who does not come faster than that', () => {
    marbles(({ expectObservable }) => {
      const expected = 'x 9ms x 9ms x 9ms (x|)';
      expectObservable(come(1, [0, 10, 20, 30], createPace(100, 1))).toBe(expected);
    });
  });

  it('saves up in a rest, but no more than a burst', () => {
    marbles(({ expectObservable }) => {
      const pace$ = createPace(100, 2);
      //                the burst    10 ms: one more    after a rest: the burst again
      const expected = '(xx) 6ms     x 9ms x            79ms (xx) 6ms (x|)';
      const all$ = [come(2, [0], pace$), come(2, [10], pace$), come(3, [100], pace$)];
      expectObservable(merge(...all$)).toBe(expected);
    });
  });

  it('is one for all who go by it', () => {
    marbles(({ expectObservable }) => {
      const pace$ = createPace(100, 1);
      expectObservable(merge(pace$, pace$).pipe(map(() => 'x'))).toBe('x 9ms (x|)');
    });
  });

  it('gives no place away that was not used: who leaves has had it', () => {
    marbles(({ expectObservable }) => {
      const pace$ = createPace(100, 1).pipe(map(() => 'x'));
      expectObservable(pace$).toBe('(x|)');
      expectObservable(pace$, '^-!').toBe('---');
      expectObservable(pace$).toBe('20ms (x|)');
    });
  });

  it('does not wait for a clock that was set back', () =>
    byHand(async (clock) => {
      const passed: number[] = [];
      const pace$ = createPace(100, 1);
      merge(pace$, pace$).subscribe(() => passed.push(0));
      await clock.pass(10);
      expect(passed).to.have.length(2);
      const { now } = Date;
      Date.now = () => now() - 3_600_000;
      merge(pace$, pace$).subscribe(() => passed.push(1));
      await clock.pass(30);
      expect(passed).to.deep.equal([0, 0, 1, 1]);
    }));
});
