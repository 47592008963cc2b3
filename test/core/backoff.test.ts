import { expect } from 'chai';
import fc from 'fast-check';
import { DEFAULT_BACKOFF, waitAfter } from '../../src/core/backoff.ts';

describe('waitAfter', () => {
  it('doubles with each failure, up to the cap', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((n) => waitAfter(n, 1, DEFAULT_BACKOFF));
    expect(waits).to.deep.equal([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('draws the upper half by chance', () => {
    expect(waitAfter(3, 0, DEFAULT_BACKOFF)).to.equal(2000);
    expect(waitAfter(3, 0.5, DEFAULT_BACKOFF)).to.equal(3000);
    expect(waitAfter(9, 0, DEFAULT_BACKOFF)).to.equal(30_000);
  });

  it('waits at least as long as the other side asks, up to a cap of its own', () => {
    expect(waitAfter(1, 1, DEFAULT_BACKOFF, 90_000)).to.equal(90_000);
    expect(waitAfter(1, 1, DEFAULT_BACKOFF, 900_000)).to.equal(300_000);
    expect(waitAfter(9, 1, DEFAULT_BACKOFF, 10)).to.equal(60_000);
    expect(waitAfter(1, 1, DEFAULT_BACKOFF, 0)).to.equal(1000);
  });

  it('stays between half of the first wait and the cap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, chance) => {
          const wait = waitAfter(n, chance, DEFAULT_BACKOFF);
          return wait >= 500 && wait <= 60_000;
        },
      ),
    );
  });
});
