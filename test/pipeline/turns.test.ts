import { inTurns } from '../../src/pipeline/turns.ts';
import { marbles } from '../helpers/marbles.ts';

describe('inTurns', () => {
  it('emits the first at once, and each other one after a turn', () => {
    marbles(({ cold, expectObservable }) => {
      const turn$ = cold('        --|');
      const expected = '          a-b-(c|)';
      expectObservable(inTurns(['a', 'b', 'c'], turn$)).toBe(expected);
    });
  });

  it('completes at once where there is nothing', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(inTurns([], cold('--|'))).toBe('|');
    });
  });
});
