import { expect } from 'chai';
import { UNKNOWN } from '../../src/core/standing.ts';
import { isLook, joinErrands } from '../../src/scaling/errand.ts';

describe('errands of one tenant', () => {
  const look = { tenant: 'a', befores: [], at: 1 };
  const change = { tenant: 'a', befores: [UNKNOWN], at: 5 };

  it('are as new as the last of them: what is acted on is confirmed after that', () => {
    expect(joinErrands(change, { ...change, at: 9 })).to.include({ at: 9 });
    expect(joinErrands(look, change).at).to.equal(5);
  });

  it('keep every change that came while they waited, up to a bound', () => {
    expect(isLook(joinErrands(change, look))).to.equal(false);
    const many = Array.from({ length: 40 }).reduce<typeof change>(
      (waiting) => ({ ...change, ...joinErrands(waiting, change) }) as typeof change,
      change,
    );
    expect(many.befores).to.have.length(16);
  });
});
