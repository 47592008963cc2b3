import { expect } from 'chai';
import type { Attempt } from '../../src/pipeline/poll.ts';
import type { Turn } from '../../src/pipeline/rounds.ts';
import { Schedule, type TenantResult } from '../../src/pipeline/schedule.ts';
import { ABSENT, unreadable } from '../helpers/facts.ts';

const INTERVAL = 1000;
const GOOD: Attempt<TenantResult> = { result: ABSENT, failed: false };
const BAD: Attempt<TenantResult> = {
  result: { kind: 'failed', reason: 'answered 500' },
  failed: true,
};

function scheduleOf(...tenants: readonly string[]): Schedule {
  const schedule = new Schedule({
    source: 'license-service',
    interval: INTERVAL,
    maxConcurrency: 4,
    backoff: { first: 100, cap: 400, askedCap: 2000 },
    chance: () => 1,
  });
  for (const tenant of tenants) schedule.change({ tenant, wanted: true }, 0);
  return schedule;
}

function names(turns: readonly Turn[]): string[] {
  return turns.map(({ tenant }) => tenant);
}

/** The first three requests failed, and the circuit opened at 0. */
function broken(...tenants: readonly string[]): Schedule {
  const schedule = scheduleOf(...tenants);
  for (const turn of schedule.turns(0).slice(0, 3)) schedule.settle(turn, BAD, 0);
  return schedule;
}

describe('Schedule', () => {
  it('gives the turns that are due, and counts them as in flight', () => {
    const schedule = scheduleOf('a', 'b');
    expect(names(schedule.turns(0))).to.deep.equal(['a', 'b']);
    expect(schedule.turns(0)).to.deep.equal([]);
    expect(schedule.wakeAt()).to.equal(undefined);
  });

  it('has at most as many in flight as are allowed', () => {
    const schedule = scheduleOf('a', 'b', 'c', 'd', 'e', 'f');
    const turns = schedule.turns(0);
    expect(names(turns)).to.deep.equal(['a', 'b', 'c', 'd']);
    expect(schedule.wakeAt()).to.equal(undefined);
    schedule.settle(turns[0]!, GOOD, 5);
    expect(names(schedule.turns(5))).to.deep.equal(['e']);
  });

  it('says what was observed: a fact, or a record that can not be understood', () => {
    const schedule = scheduleOf('a', 'b');
    const [a, b] = schedule.turns(0);
    const common = { kind: 'sighting', source: 'license-service', at: 7, whole: false };
    expect(schedule.settle(a!, GOOD, 7)).to.deep.equal([
      { ...common, readings: new Map([['a', ABSENT]]) },
    ]);
    const odd = unreadable();
    expect(schedule.settle(b!, { result: odd, failed: false }, 7)).to.deep.equal([
      { ...common, readings: new Map([['b', odd]]) },
    ]);
  });

  it('reports the first failures of one tenant each, and the third as an outage', () => {
    const schedule = scheduleOf('a', 'b', 'c', 'd');
    const failures = schedule.turns(0).map((turn) => schedule.settle(turn, BAD, 7));
    const common = { kind: 'failure', source: 'license-service', at: 7, opaque: false };
    const reason = 'answered 500';
    expect(failures).to.deep.equal([
      [{ ...common, tenant: 'a', reason }],
      [{ ...common, tenant: 'b', reason }],
      [{ ...common, tenant: undefined, reason }],
      [{ ...common, tenant: undefined, reason }],
    ]);
  });

  it('never takes failures that the service is not to blame for as an outage', () => {
    const schedule = scheduleOf('a', 'b', 'c', 'd');
    const attempt: Attempt<TenantResult> = { ...BAD, failed: false };
    const seen = schedule.turns(0).flatMap((turn) => schedule.settle(turn, attempt, 7));
    expect(seen.map((one) => one.kind === 'failure' && one.tenant)).to.deep.equal([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  it('probes alone while the circuit is open', () => {
    const schedule = broken('a', 'b', 'c', 'd', 'e');
    expect(schedule.wakeAt()).to.equal(undefined);
    expect(schedule.turns(100)).to.deep.equal([]);
  });

  it('probes with one request at a time, ever more rarely', () => {
    const schedule = broken('a', 'b', 'c');
    expect(schedule.wakeAt()).to.equal(100);
    expect(schedule.turns(99)).to.deep.equal([]);
    const probes = [100, 300, 700, 1100].map((now) => {
      expect(schedule.wakeAt()).to.equal(now);
      const turns = schedule.turns(now);
      expect(turns).to.have.length(1);
      expect(schedule.wakeAt()).to.equal(undefined);
      schedule.settle(turns[0]!, BAD, now);
      return names(turns)[0];
    });
    expect(probes).to.deep.equal(['a', 'b', 'c', 'a']);
  });

  it('closes the circuit with the first success, and then asks one, two, four at a time', () => {
    const schedule = scheduleOf('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l');
    const inFlight = schedule.turns(0);
    for (const turn of inFlight.splice(0, 3)) schedule.settle(turn, BAD, 0);
    const sizes = [1, 2, 3, 4].map((now) => {
      schedule.settle(inFlight.shift()!, GOOD, now);
      inFlight.push(...schedule.turns(now));
      return inFlight.length;
    });
    expect(sizes).to.deep.equal([1, 2, 4, 4]);
  });

  it('obeys Retry-After at the first failure already', () => {
    const schedule = scheduleOf('a', 'b');
    const [a, b] = schedule.turns(0);
    const [seen] = schedule.settle(a!, { ...BAD, retryAfter: 1500 }, 0);
    expect(seen).to.include({ kind: 'failure', tenant: undefined });
    schedule.settle(b!, { ...BAD, retryAfter: 9000 }, 0);
    expect(schedule.wakeAt()).to.equal(2000);
  });

  it('forgets a tenant that nobody asks about any more', () => {
    const schedule = scheduleOf('a');
    expect(schedule.change({ tenant: 'a', wanted: false }, 9)).to.deep.equal([
      {
        kind: 'sighting',
        source: 'license-service',
        at: 9,
        readings: new Map([['a', { kind: 'silent' }]]),
        whole: false,
      },
    ]);
    expect(schedule.turns(9)).to.deep.equal([]);
    expect(schedule.wakeAt()).to.equal(undefined);
  });

  it('forgets those who left during an outage only when it is over: the last facts stand', () => {
    const schedule = broken('a', 'b', 'c', 'd');
    expect(schedule.change({ tenant: 'a', wanted: false }, 10)).to.deep.equal([]);
    expect(schedule.change({ tenant: 'b', wanted: false }, 11)).to.deep.equal([]);
    schedule.change({ tenant: 'b', wanted: true }, 12);
    // What was in flight when the circuit opened is answered, and closes it.
    const late = { tenant: 'd', gone: false };
    const [answer, forgotten] = schedule.settle(late, GOOD, 200);
    expect(answer).to.have.property('readings').that.has.all.keys('d');
    expect(forgotten)
      .to.have.property('readings')
      .that.deep.equals(new Map([['a', { kind: 'silent' }]]));
  });

  for (const attempt of [GOOD, BAD]) {
    it(`drops a late ${attempt.failed ? 'failure' : 'answer'} about one that was forgotten`, () => {
      const schedule = scheduleOf('a', 'b');
      const [turn] = schedule.turns(0);
      schedule.change({ tenant: 'a', wanted: false }, 1);
      expect(schedule.settle(turn!, attempt, 2)).to.deep.equal([]);
      expect(names(schedule.turns(5 * INTERVAL))).to.deep.equal([]);
    });
  }

  it('asks anew about one that came back, and drops the answer to the question before', () => {
    const schedule = scheduleOf('a');
    const [before] = schedule.turns(0);
    schedule.change({ tenant: 'a', wanted: false }, 1);
    schedule.change({ tenant: 'a', wanted: true }, 2);
    const [after] = schedule.turns(2);
    expect(schedule.settle(before!, GOOD, 3)).to.deep.equal([]);
    expect(schedule.settle(after!, GOOD, 4)).to.have.length(1);
    expect(schedule.wakeAt()).to.equal(2 + INTERVAL);
  });
});
