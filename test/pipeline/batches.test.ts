import { map } from 'rxjs';
import { inBatches } from '../../src/pipeline/batches.ts';
import { marbles } from '../helpers/marbles.ts';

describe('inBatches', () => {
  const joined = map((batch: string[]) => batch.join(''));

  it('emits what came in order, at the latest a span after the first of it', () => {
    marbles(({ hot, expectObservable }) => {
      const values$ = hot('-ab--c--------d---');
      const expected = '   ----x--y---------z';
      const batches$ = values$.pipe(inBatches(3), joined);
      expectObservable(batches$).toBe(expected, { x: 'ab', y: 'c', z: 'd' });
    });
  });

  it('emits what is left at the end, at once', () => {
    marbles(({ hot, expectObservable }) => {
      const values$ = hot('-a---b|');
      const expected = '   ----x-(y|)';
      expectObservable(values$.pipe(inBatches(3), joined)).toBe(expected, { x: 'a', y: 'b' });
    });
  });

  it('passes an error on', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('--#').pipe(inBatches(3))).toBe('--#');
    });
  });

  it('ends its timer when it is unsubscribed from', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const values$ = hot('-a-----');
      const end = '        --!';
      expectObservable(values$.pipe(inBatches(3), joined), end).toBe('---');
      expectSubscriptions(values$.subscriptions).toBe('^-!');
    });
  });
});
