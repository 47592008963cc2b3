import { expect } from 'chai';
import { EMPTY, NEVER, defer, delay, map, of, take, timer, type Observable } from 'rxjs';
import type { Backoff } from '../../src/core/backoff.ts';
import { poll, type Attempt, type PollOptions } from '../../src/pipeline/poll.ts';
import { marbles } from '../helpers/marbles.ts';
import { withWallClock } from '../helpers/set-clock.ts';

const BACKOFF: Backoff = { first: 4, cap: 16, askedCap: 40 };

function options(over: Partial<PollOptions> = {}): PollOptions {
  return { interval: 10, backoff: BACKOFF, hurry$: NEVER, chance: () => 1, ...over };
}

/** Asks for one letter after the other: a capital is a failure. */
function letters(text: string, retryAfter?: number): () => Observable<Attempt<string>> {
  const rest = text.split('');
  return () =>
    defer(() => {
      const result = rest.shift() ?? 'z';
      const failed = result !== result.toLowerCase();
      return of({ result, failed, ...(failed ? { retryAfter } : {}) });
    });
}

describe('poll', () => {
  it('asks at once, then an interval after each answer', () => {
    marbles(({ expectObservable }) => {
      const seen$ = poll(letters('abc'), options());
      const end = '         --------------------------!';
      const expected = '    a---------b---------c------';
      expectObservable(seen$, end).toBe(expected);
    });
  });

  it('counts the interval from the answer, however long that takes', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const answer = '      -----(a|)';
      const answer$ = cold(answer, { a: { result: 'a', failed: false } });
      const expected = '    -----a--------------a----';
      const end = '         -------------------------!';
      const asked = ['                   ^----!', '                   ---------------^----!'];
      expectObservable(
        poll(() => answer$, options()),
        end,
      ).toBe(expected);
      expectSubscriptions(answer$.subscriptions).toBe(asked);
    });
  });

  it('asks nothing before it is subscribed to, and anew for each subscriber', () => {
    let asked = 0;
    const seen$ = poll(() => defer(() => of({ result: ++asked, failed: false })), options());
    expect(asked).to.equal(0);
    marbles(({ expectObservable }) => {
      expectObservable(seen$, '         ---!').toBe('1---', { 1: 1 });
      expectObservable(seen$, '         ---!').toBe('2---', { 2: 2 });
    });
  });

  it('waits longer after each failure, up to the cap, and is back at once after a success', () => {
    marbles(({ expectObservable }) => {
      const seen$ = poll(letters('ABCDeF'), options());
      //                   4   8       16              16              10        4
      const expected = '    A---B-------C---------------D---------------e---------F---z---';
      const end = '         --------------------------------------------------------------!';
      expectObservable(seen$, end).toBe(expected);
    });
  });

  it('draws the upper half of each wait by chance', () => {
    marbles(({ expectObservable }) => {
      const draws = [0, 0.5];
      const seen$ = poll(letters('ABc'), options({ chance: () => draws.shift() ?? 1 }));
      //                   2 6
      const expected = '    A-B-----c---------z-';
      const end = '         -------------------!';
      expectObservable(seen$, end).toBe(expected);
    });
  });

  it('leaves the other side in peace for as long as it asks, up to a cap', () => {
    marbles(({ expectObservable }) => {
      expectObservable(poll(letters('Ab', 30), options()), '39ms !').toBe('A 29ms b---');
      expectObservable(poll(letters('Ab', 90), options()), '45ms !').toBe('A 39ms b---');
    });
  });

  it('asks earlier when somebody is in a hurry, but not within half a second', () => {
    marbles(({ hot, expectObservable }) => {
      const hurry$ = hot('  600ms h');
      const expected = '    a 599ms b';
      const end = '         1s !';
      const slow = options({ interval: 10_000, hurry$ });
      expectObservable(poll(letters('ab'), slow), end).toBe(expected);
    });
    marbles(({ hot, expectObservable }) => {
      const hurry$ = hot('  -h');
      const expected = '    a 499ms b';
      const end = '         1s !';
      const slow = options({ interval: 10_000, hurry$ });
      expectObservable(poll(letters('ab'), slow), end).toBe(expected);
    });
  });

  it('asks twice a second for as long as somebody waits whom no answer helps', () => {
    marbles(({ expectObservable }) => {
      const slow = options({ interval: 10_000, hurry$: of('waiting') });
      const expected = 'a 499ms b 499ms c';
      expectObservable(poll(letters('abc'), slow), '1400ms !').toBe(expected);
    });
  });

  it('is in no hurry while the other side fails', () => {
    marbles(({ expectObservable }) => {
      const patient = { first: 2000, cap: 2000, askedCap: 2000 };
      const slow = options({ interval: 10_000, hurry$: of('waiting'), backoff: patient });
      expectObservable(poll(letters('Ab'), slow), '2100ms !').toBe('A 1999ms b');
    });
  });

  it('goes on when nobody can be in a hurry any more', () => {
    marbles(({ expectObservable }) => {
      const seen$ = poll(letters('abc'), options({ hurry$: EMPTY }));
      const expected = '    a---------b---------c----';
      const end = '         -------------------------!';
      expectObservable(seen$, end).toBe(expected);
    });
  });

  it('passes an error of what is asked on', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(poll(() => cold<Attempt<string>>('--#'), options())).toBe('--#');
    });
  });

  it('gives up the request in flight when it is unsubscribed from', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const answer$ = cold<Attempt<string>>('----------a');
      expectObservable(
        poll(() => answer$, options()),
        '---!',
      ).toBe('----');
      expectSubscriptions(answer$.subscriptions).toBe('^--!');
    });
  });

  it('leaves no timer behind', () => {
    marbles(({ expectObservable }) => {
      expectObservable(poll(letters('abc'), options()).pipe(take(2))).toBe('a---------(b|)');
    });
  });

  it('counts the wait after a failure from its beginning, so that a time-out adds nothing', () => {
    marbles(({ cold, expectObservable }) => {
      const answer$ = cold('   ---(A|)', { A: { result: 'A', failed: true } });
      //                        5    13
      const expected = '       ---A----A-------A';
      const end = '            -----------------!';
      const patient = options({ backoff: { first: 4, cap: 8, askedCap: 40 } });
      expectObservable(
        poll(() => answer$, patient),
        end,
      ).toBe(expected);
    });
  });

  it('waits half a minute at most in an outage, and minutes where it asks too often', () => {
    const backoff = { first: 1000, cap: 1000, askedCap: 300_000 };
    for (const [throttled, wait] of [
      [false, 30_000],
      [true, 200_000],
    ] as const) {
      marbles(({ expectObservable }) => {
        const attempts = letters('Ab', 200_000);
        const asked = () => attempts().pipe(map((attempt) => ({ ...attempt, throttled })));
        const expected = `A ${wait - 1}ms b`;
        expectObservable(poll(asked, options({ backoff })), `${wait + 5}ms !`).toBe(expected);
      });
    }
  });

  it('goes on where the wall clock is set back', () => {
    withWallClock(({ setBy }) => {
      marbles(({ expectObservable }) => {
        timer(50).subscribe(() => {
          setBy(-3_600_000);
        });
        const slow = options({ hurry$: of('waiting'), interval: 60_000 });
        const attempts = letters('abc');
        const asked = () => attempts().pipe(delay(100));
        // Half an interval can be lost: what passed between the last look at the clock and the step.
        const expected = '100ms a 599ms b 499ms c';
        expectObservable(poll(asked, slow), '1400ms !').toBe(expected);
      });
    });
  });
});
