import { expect } from 'chai';
import { Renewals } from '../../src/grpc/renewals.ts';

const A = 'tenant-a/scaled-service';
const B = 'tenant-b/scaled-service';

describe('Renewals', () => {
  let now = 0;
  const at = (instant: number): void => {
    now = instant;
  };
  const create = (): Renewals => {
    at(0);
    return new Renewals(() => now);
  };

  it('takes the first stream of a ScaledObject for none', () => {
    const renewals = create();
    expect(renewals.opens(A)).to.equal(false);
    expect(renewals.opens(B)).to.equal(false);
  });

  it('takes a stream for a renewal that opens as soon as another has ended', () => {
    const renewals = create();
    renewals.opens(A);
    renewals.ends(A);
    at(1_000);
    expect(renewals.opens(B)).to.equal(false);
    expect(renewals.opens(A)).to.equal(true);
  });

  it('takes a stream for a renewal that opens before the other has ended', () => {
    const renewals = create();
    renewals.opens(A);
    expect(renewals.opens(A)).to.equal(true);
    renewals.ends(A);
    renewals.ends(A);
    at(5_000);
    expect(renewals.opens(A)).to.equal(false);
  });

  it('does not take a stream for one that comes back after a lost connection', () => {
    const renewals = create();
    renewals.opens(A);
    renewals.ends(A);
    at(2_000);
    expect(renewals.opens(A)).to.equal(false);
  });
});
