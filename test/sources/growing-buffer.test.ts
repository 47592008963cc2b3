import { expect } from 'chai';
import fc from 'fast-check';
import { GrowingBuffer } from '../../src/sources/http/growing-buffer.ts';

describe('GrowingBuffer', () => {
  it('holds all pieces in order', () => {
    const piece = fc.tuple(fc.nat(255), fc.nat(100_000));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (sizes) => {
        const pieces = sizes.map(([byte, size]) => Buffer.alloc(size, byte));
        const growing = new GrowingBuffer();
        for (const each of pieces) growing.push(each);
        expect(growing.toBuffer().equals(Buffer.concat(pieces))).to.equal(true);
      }),
      { numRuns: 50 },
    );
  });
});
