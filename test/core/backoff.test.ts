import { expect } from 'chai';
import fc from 'fast-check';
import { backoffFor, retryAt, waitAfter, type Backoff } from '../../src/core/backoff.ts';

const BACKOFF: Backoff = { first: 1000, cap: 60_000, askedCap: 300_000 };

describe('waitAfter', () => {
  it('doubles with each failure, up to the cap', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((n) => waitAfter(n, 1, BACKOFF));
    expect(waits).to.deep.equal([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('draws the upper half by chance', () => {
    expect(waitAfter(3, 0, BACKOFF)).to.equal(2000);
    expect(waitAfter(3, 0.5, BACKOFF)).to.equal(3000);
    expect(waitAfter(9, 0, BACKOFF)).to.equal(30_000);
  });

  it('stays between half of the first wait and the cap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, chance) => {
          const wait = waitAfter(n, chance, BACKOFF);
          return wait >= 500 && wait <= 60_000;
        },
      ),
    );
  });
});

describe('backoffFor', () => {
  for (const [interval, bound] of [
    [500, 10_000],
    [10_000, 10_000],
    [30_000, 30_000],
    [86_400_000, 60_000],
  ] as const) {
    it(`tries at least every ${bound} ms where the interval is ${interval} ms, with time for the answer`, () => {
      const waits = Array.from({ length: 50 }, (_, n) => waitAfter(n + 1, 1, backoffFor(interval)));
      expect(Math.max(...waits)).to.equal(bound * 0.9);
    });
  }
});

describe('retryAt', () => {
  const failed = { begunAt: 100, endedAt: 100, failures: 4 };

  for (const [what, over, expected] of [
    ['waits as long as it would by itself', {}, 8100],
    ['counts the wait from the beginning of an attempt that took long', { endedAt: 3100 }, 8100],
    ['leaves a moment after one that took longer than the wait', { endedAt: 9000 }, 9500],
    [
      'waits as long as it is asked to, from the answer on',
      { endedAt: 200, asked: 20_000 },
      20_200,
    ],
    ['waits longer than it is asked to where it would', { asked: 10 }, 8100],
    ['waits half a minute at most because of an outage', { asked: 300_000 }, 30_100],
    ['waits minutes where it asks too often', { asked: 120_000, throttled: true }, 120_100],
    ['waits no hours', { asked: 86_400_000, throttled: true }, 300_100],
    ['waits by itself where it asks too often and is not told', { throttled: true }, 8100],
  ] as const) {
    it(what, () => {
      expect(retryAt({ ...failed, ...over }, 1, BACKOFF)).to.equal(expected);
    });
  }

  it('waits no longer than the cap for what it is asked', () => {
    const short = { ...BACKOFF, cap: 1000, askedCap: 5000 };
    expect(retryAt({ ...failed, asked: 20_000 }, 1, short)).to.equal(5100);
  });
});
