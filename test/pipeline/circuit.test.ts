import { expect } from 'chai';
import { Circuit } from '../../src/pipeline/circuit.ts';

const MANY = 100;

function circuit(maxConcurrency = 16): Circuit {
  const backoff = { first: 1000, cap: 60_000, askedCap: 300_000 };
  return new Circuit({ maxConcurrency, backoff, chance: () => 1 });
}

/** Fails as an attempt does that waited until it was allowed. */
function failAgain(one: Circuit): number {
  const now = one.retryAt!;
  one.fail(now, undefined, MANY);
  return one.retryAt! - now;
}

describe('Circuit', () => {
  it('is closed at first, with as many requests in flight as are allowed', () => {
    const one = circuit();
    expect(one.retryAt).to.equal(undefined);
    expect(one.limit).to.equal(16);
  });

  it('opens at the third failure in a row', () => {
    const one = circuit();
    expect(one.fail(5, undefined, MANY)).to.equal(false);
    expect(one.fail(6, undefined, MANY)).to.equal(false);
    expect(one.limit).to.equal(16);
    expect(one.fail(7, undefined, MANY)).to.equal(true);
    expect(one.retryAt).to.equal(1007);
    expect(one.limit).to.equal(1);
  });

  it('counts from the beginning after a success', () => {
    const one = circuit();
    for (let round = 0; round < 5; round++) {
      expect(one.fail(5, undefined, MANY)).to.equal(false);
      expect(one.fail(6, undefined, MANY)).to.equal(false);
      one.succeed();
    }
    expect(one.limit).to.equal(16);
  });

  for (const [population, failures] of [
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 3],
  ] as const) {
    it(`takes ${failures} failures for an outage where ${population} are asked about`, () => {
      const one = circuit();
      const outages = Array.from({ length: failures }, () => one.fail(5, undefined, population));
      expect(outages.filter(Boolean)).to.have.length(1);
      expect(outages.at(-1)).to.equal(true);
    });
  }

  it('opens at once where the other side asks to be left in peace', () => {
    const one = circuit();
    expect(one.fail(5, 30_000, MANY)).to.equal(true);
    expect(one.retryAt).to.equal(30_005);
  });

  it('waits longer with every attempt that fails, up to the cap', () => {
    const one = circuit();
    for (let failures = 0; failures < 3; failures++) one.fail(0, undefined, MANY);
    expect(one.retryAt).to.equal(1000);
    const waits = Array.from({ length: 8 }, () => failAgain(one));
    expect(waits).to.deep.equal([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('takes what was in flight when the outage began for the same attempt', () => {
    const one = circuit();
    for (let inFlight = 0; inFlight < 16; inFlight++) one.fail(0, undefined, MANY);
    expect(one.retryAt).to.equal(1000);
    expect(failAgain(one)).to.equal(2000);
  });

  it('obeys what the other side asks for with any of them', () => {
    const one = circuit();
    for (let inFlight = 0; inFlight < 15; inFlight++) one.fail(0, undefined, MANY);
    expect(one.fail(10, 50_000, MANY)).to.equal(true);
    expect(one.retryAt).to.equal(50_010);
    expect(one.fail(20, 5000, MANY)).to.equal(true);
    expect(one.retryAt).to.equal(50_010);
  });

  it('lets one request through after the outage, then twice as many with each success', () => {
    const one = circuit(6);
    for (let failures = 0; failures < 3; failures++) one.fail(0, undefined, MANY);
    const limits = Array.from({ length: 5 }, () => {
      one.succeed();
      return one.limit;
    });
    expect(limits).to.deep.equal([1, 2, 4, 6, 6]);
    expect(one.retryAt).to.equal(undefined);
  });

  it('begins with the shortest wait in the next outage', () => {
    const one = circuit();
    for (let failures = 0; failures < 3; failures++) one.fail(0, undefined, MANY);
    failAgain(one);
    one.succeed();
    for (let failures = 0; failures < 3; failures++) one.fail(50_000, undefined, MANY);
    expect(one.retryAt).to.equal(51_000);
  });
});
