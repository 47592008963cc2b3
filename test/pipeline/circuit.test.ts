import { expect } from 'chai';
import { Circuit, type ServiceFailure } from '../../src/pipeline/circuit.ts';

const MANY = 100;

function circuit(maxConcurrency = 4): Circuit {
  const backoff = { first: 1000, cap: 60_000, askedCap: 300_000 };
  return new Circuit({ maxConcurrency, backoff, chance: () => 1 });
}

/** A failure about this tenant, of a request that began at that time. */
function failing(tenant: string, begunAt = 0, over: Partial<ServiceFailure> = {}): ServiceFailure {
  return { tenant, begunAt, isNews: true, ...over };
}

/** As many tenants fail as is enough for an outage. */
function open(one: Circuit, now = 0): void {
  for (const tenant of ['a', 'b', 'c', 'd']) one.fail(failing(tenant, now), now, MANY);
}

/** Fails as an attempt does that waited until it was allowed. */
function failAgain(one: Circuit): number {
  const now = one.retryAt!;
  one.fail(failing('a', now), now, MANY);
  return one.retryAt! - now;
}

describe('Circuit', () => {
  it('is closed at first, with as many requests in flight as are allowed', () => {
    const one = circuit();
    expect(one.retryAt).to.equal(undefined);
    expect(one.limit).to.equal(4);
  });

  for (const [maxConcurrency, hopeful, needed] of [
    [16, 1, 1],
    [16, 2, 2],
    [16, 3, 3],
    [16, 5, 3],
    [16, 6, 3],
    [16, 7, 4],
    [16, 20, 10],
    [16, 32, 16],
    [16, 1000, 16],
    [1, 1000, 3],
  ] as const) {
    it(`takes ${needed} failures for an outage with ${maxConcurrency} in flight and ${hopeful} tenants`, () => {
      const one = circuit(maxConcurrency);
      const outages = Array.from({ length: needed }, (_, n) =>
        one.fail(failing(`t${n}`), 0, hopeful),
      );
      expect(outages.indexOf(true)).to.equal(needed - 1);
      expect(one.limit).to.equal(1);
      expect(one.retryAt).to.equal(1000);
    });
  }

  it('does not take one tenant for several', () => {
    const one = circuit();
    for (let count = 0; count < 9; count++) {
      expect(one.fail(failing('a'), count, MANY)).to.equal(false);
    }
  });

  it('takes those that fail all the time for no outage', () => {
    const one = circuit();
    for (const tenant of ['a', 'b', 'c', 'd', 'e', 'f']) {
      expect(one.fail(failing(tenant, 0, { isNews: false }), 0, 2)).to.equal(false);
    }
  });

  it('counts from the beginning after a success', () => {
    const one = circuit();
    for (let round = 0; round < 5; round++) {
      for (const tenant of ['a', 'b', 'c']) {
        expect(one.fail(failing(tenant), 5, MANY)).to.equal(false);
      }
      expect(one.succeed(6)).to.equal(false);
    }
    expect(one.limit).to.equal(4);
  });

  it('is not opened by a tenant that is not to be asked about for a while', () => {
    const one = circuit();
    expect(one.fail(failing('a', 0, { asked: 300_000 }), 5, MANY)).to.equal(false);
    expect(one.retryAt).to.equal(undefined);
  });

  it('opens at once where it asks too often, for as long as it is told', () => {
    const one = circuit();
    const throttled = failing('a', 0, { asked: 120_000, throttled: true });
    expect(one.fail(throttled, 5, MANY)).to.equal(true);
    expect(one.retryAt).to.equal(120_005);
  });

  it('opens at once where it asks too often and is not told for how long', () => {
    const one = circuit();
    expect(one.fail(failing('a', 5, { throttled: true }), 5, MANY)).to.equal(true);
    expect(one.retryAt).to.equal(1005);
  });

  it('stays open where it asks too often, whatever was on its way already', () => {
    const one = circuit();
    one.fail(failing('a', 0, { asked: 60_000, throttled: true }), 5, MANY);
    expect(one.succeed(10)).to.equal(false);
    expect(one.retryAt).to.equal(60_005);
    expect(one.succeed(60_010)).to.equal(true);
    expect(one.retryAt).to.equal(undefined);
    expect(one.limit).to.equal(1);
  });

  it('waits longer with every attempt that fails, up to the cap', () => {
    const one = circuit();
    open(one);
    expect(one.retryAt).to.equal(1000);
    const waits = Array.from({ length: 8 }, () => failAgain(one));
    expect(waits).to.deep.equal([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('takes what was in flight when the outage began for the same attempt', () => {
    const one = circuit();
    for (let inFlight = 0; inFlight < 16; inFlight++) one.fail(failing(`t${inFlight}`), 0, MANY);
    expect(one.retryAt).to.equal(1000);
    expect(failAgain(one)).to.equal(2000);
  });

  it('obeys what the other side asks for in an outage, within bounds', () => {
    const one = circuit();
    open(one);
    expect(one.fail(failing('e', 0, { asked: 20_000 }), 10, MANY)).to.equal(true);
    expect(one.retryAt).to.equal(20_010);
    one.fail(failing('f', 0, { asked: 5000 }), 20, MANY);
    expect(one.retryAt).to.equal(20_010);
    one.fail(failing('g', 0, { asked: 900_000 }), 30, MANY);
    expect(one.retryAt).to.equal(30_030);
  });

  it('tries again soon after an attempt that told nothing', () => {
    const one = circuit();
    open(one);
    one.learnNothing(500);
    expect(one.retryAt).to.equal(1000);
    one.learnNothing(1000);
    expect(one.retryAt).to.equal(2000);
  });

  it('stays closed by what tells nothing', () => {
    const one = circuit();
    one.learnNothing(5);
    expect(one.retryAt).to.equal(undefined);
  });

  it('lets one request through after the outage, then twice as many with each success', () => {
    const one = circuit(6);
    for (const tenant of ['a', 'b', 'c', 'd', 'e', 'f']) one.fail(failing(tenant), 0, MANY);
    expect(one.succeed(1000)).to.equal(true);
    const limits = Array.from({ length: 4 }, () => {
      const { limit } = one;
      one.succeed(1001);
      return limit;
    });
    expect(limits).to.deep.equal([1, 2, 4, 6]);
    expect(one.retryAt).to.equal(undefined);
  });

  it('begins with the shortest wait in the next outage', () => {
    const one = circuit();
    open(one);
    failAgain(one);
    one.succeed(4000);
    open(one, 50_000);
    expect(one.retryAt).to.equal(51_000);
  });
});
