import { conflateMapTo } from '../../src/files/conflate-map-to.ts';
import { marbles } from '../helpers/marbles.ts';

describe('conflateMapTo', () => {
  it('does the work for every value that comes while it is idle', () => {
    marbles((helpers) => {
      const work$ = helpers.cold('  --w|      ');
      const source$ = helpers.hot(' a----b----|');
      const expected = '            --w----w--|';
      helpers.expectObservable(source$.pipe(conflateMapTo(work$))).toBe(expected);
    });
  });

  it('does the work once more for all the values that come while it is at work', () => {
    marbles((helpers) => {
      const work$ = helpers.cold('  ---w|    ');
      const source$ = helpers.hot(' abcd-----');
      const expected = '            ---w---w-';
      const first = '               ^---!    ';
      const second = '              ----^---!';
      helpers.expectObservable(source$.pipe(conflateMapTo(work$))).toBe(expected);
      helpers.expectSubscriptions(work$.subscriptions).toBe([first, second]);
    });
  });

  it('takes work that ends at once', () => {
    marbles((helpers) => {
      const work$ = helpers.cold('  (w|)     ');
      const source$ = helpers.hot(' a-b-(cd|)');
      const expected = '            w-w-(ww|)';
      helpers.expectObservable(source$.pipe(conflateMapTo(work$))).toBe(expected);
    });
  });

  it('completes with an empty source', () => {
    marbles((helpers) => {
      const work$ = helpers.cold('  -w|');
      const source$ = helpers.hot(' --| ');
      const expected = '            --| ';
      helpers.expectObservable(source$.pipe(conflateMapTo(work$))).toBe(expected);
    });
  });

  it('completes after the work of the last value', () => {
    marbles((helpers) => {
      const work$ = helpers.cold('  ---w|    ');
      const source$ = helpers.hot(' ab|      ');
      const expected = '            ---w---w|';
      helpers.expectObservable(source$.pipe(conflateMapTo(work$))).toBe(expected);
    });
  });

  it('passes an error of the source on', () => {
    marbles((helpers) => {
      const work$ = helpers.cold('  ---w|');
      const source$ = helpers.hot(' a-#  ');
      const expected = '            --#  ';
      helpers.expectObservable(source$.pipe(conflateMapTo(work$))).toBe(expected);
    });
  });

  it('passes an error of the work on', () => {
    marbles((helpers) => {
      const work$ = helpers.cold('  -#   ');
      const source$ = helpers.hot(' a----');
      const expected = '            -#   ';
      helpers.expectObservable(source$.pipe(conflateMapTo(work$))).toBe(expected);
    });
  });

  it('drops the work at hand when it is unsubscribed from', () => {
    marbles((helpers) => {
      const work$ = helpers.cold('  ---w|');
      const source$ = helpers.hot(' ab---');
      const subscription = '        ^-!  ';
      const expected = '            ---  ';
      helpers.expectObservable(source$.pipe(conflateMapTo(work$)), subscription).toBe(expected);
      helpers.expectSubscriptions(work$.subscriptions).toBe(subscription.trim());
    });
  });
});
