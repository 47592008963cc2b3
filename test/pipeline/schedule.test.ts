import { expect } from 'chai';
import type { Observation } from '../../src/core/observation.ts';
import type { Turn } from '../../src/pipeline/place.ts';
import { Schedule, type TenantAttempt } from '../../src/pipeline/schedule.ts';
import { ABSENT, license, unreadable } from '../helpers/facts.ts';

const INTERVAL = 1000;
const GOOD: TenantAttempt = { result: ABSENT, failed: false };
const LICENSED: TenantAttempt = {
  result: { kind: 'license', license: license() },
  failed: false,
};
const BAD: TenantAttempt = {
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

/** How far the clock on the wall is ahead of the steady one. */
const AHEAD = 1_000_000;

/** Settles a turn that began, by the wall, when it did by the steady clock. */
function settle(
  schedule: Schedule,
  turn: Turn,
  attempt: TenantAttempt,
  now: number,
): Observation[] {
  const moment = { steady: now, wall: now + AHEAD };
  return schedule.settle(turn, attempt, moment, turn.askedAt + AHEAD);
}

function names(turns: readonly Turn[]): string[] {
  return turns.map(({ tenant }) => tenant);
}

/** The first three requests failed, and with five tenants or fewer that opened the circuit, at 0. */
function broken(...tenants: readonly string[]): Schedule {
  const schedule = scheduleOf(...tenants);
  for (const turn of schedule.turns(0).slice(0, 3)) settle(schedule, turn, BAD, 0);
  return schedule;
}

/** Gives every turn that comes until the given time to be settled, at the moment at which it comes. */
function run(schedule: Schedule, until: number, answer: (turn: Turn, now: number) => void): void {
  let now = 0;
  for (let at = schedule.wakeAt(); at !== undefined; at = schedule.wakeAt()) {
    now = Math.max(now, at);
    if (now > until) return;
    for (const turn of schedule.turns(now)) answer(turn, now);
  }
}

function isOutage(seen: readonly Observation[]): boolean {
  return seen.some((one) => one.kind === 'failure' && one.tenant === undefined);
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
    settle(schedule, turns[0]!, GOOD, 5);
    expect(names(schedule.turns(5))).to.deep.equal(['e']);
  });

  it('says what was observed: a fact, or a record that can not be understood', () => {
    const schedule = scheduleOf('a', 'b');
    const [a, b] = schedule.turns(2);
    const common = {
      kind: 'sighting',
      source: 'license-service',
      at: 2 + AHEAD,
      whole: false,
      clock: undefined,
      round: undefined,
    };
    expect(settle(schedule, a!, GOOD, 7)).to.deep.equal([
      { ...common, readings: new Map([['a', ABSENT]]) },
    ]);
    const odd = unreadable();
    expect(settle(schedule, b!, { result: odd, failed: false, clock: 77 }, 7)).to.deep.equal([
      { ...common, clock: 77, readings: new Map([['b', odd]]) },
    ]);
  });

  it('tells how long a round takes where that is longer than an interval', () => {
    const schedule = scheduleOf('a');
    settle(schedule, schedule.turns(0)[0]!, LICENSED, 2500);
    const [seen] = settle(schedule, schedule.turns(2500)[0]!, LICENSED, 5000);
    expect(seen).to.include({ kind: 'sighting', round: 2500 });
  });

  it('reports the first failures of one tenant each, and the third as an outage', () => {
    const schedule = scheduleOf('a', 'b', 'c', 'd');
    const failures = schedule.turns(0).map((turn) => settle(schedule, turn, BAD, 7));
    const common = { kind: 'failure', source: 'license-service', at: 7 + AHEAD, opaque: false };
    const reason = 'answered 500';
    expect(failures).to.deep.equal([
      [{ ...common, tenant: 'a', reason }],
      [{ ...common, tenant: 'b', reason }],
      [{ ...common, tenant: undefined, reason }],
      [{ ...common, tenant: undefined, reason }],
    ]);
  });

  for (const [what, bad] of [
    ['that the service has trouble with', BAD],
    ['that it asks to be left alone about', { ...BAD, retryAfter: 3000 }],
    ['that it refuses to answer about', { ...BAD, failed: false }],
  ] as const) {
    it(`takes no number of tenants ${what} for an outage, while it works for a few`, () => {
      const good = ['g1', 'g2', 'g3'];
      const troubled = Array.from({ length: 60 }, (_, n) => `bad${n}`);
      const schedule = scheduleOf(...good, ...troubled);
      const outages: number[] = [];
      const asked = new Map(good.map((tenant) => [tenant, 0]));
      run(schedule, 60 * INTERVAL, (turn, now) => {
        const count = asked.get(turn.tenant);
        const seen = settle(schedule, turn, count === undefined ? bad : LICENSED, now);
        if (count !== undefined) asked.set(turn.tenant, count + 1);
        if (isOutage(seen)) outages.push(now);
      });
      // Before anybody was known to fail all the time, it can't be told from an outage.
      expect(outages.filter((now) => now > 2 * INTERVAL)).to.deep.equal([]);
      for (const count of asked.values()) expect(count).to.be.at.least(58);
    });
  }

  it('takes three of five tenants that fail at once, and for good, for an outage twice at most', () => {
    const schedule = scheduleOf('a', 'b', 'c', 'd', 'e');
    let outages = 0;
    run(schedule, 100 * INTERVAL, (turn, now) => {
      const isBad = now > 10 * INTERVAL && turn.tenant < 'd';
      if (isOutage(settle(schedule, turn, isBad ? BAD : LICENSED, now))) outages++;
    });
    expect(outages).to.be.at.most(2);
  });

  it('finds out with tenants that worked whether the service does, beside many that fail for good', () => {
    const good = ['g1', 'g2', 'g3'];
    const schedule = scheduleOf(...good, ...Array.from({ length: 60 }, (_, n) => `bad${n}`));
    const isDown = (now: number): boolean => now >= 20_000 && now < 30_000;
    const probes: string[] = [];
    let backAt = Infinity;
    run(schedule, 40_000, (turn, now) => {
      const isGood = good.includes(turn.tenant) && !isDown(now);
      const seen = settle(schedule, turn, isGood ? LICENSED : BAD, now);
      if (isDown(now) && isOutage(seen)) probes.push(turn.tenant);
      if (now >= 30_000 && isGood) backAt = Math.min(backAt, now);
    });
    expect(new Set(probes.slice(1))).to.deep.equal(new Set(good));
    // The longest wait of this schedule.
    expect(backAt - 30_000).to.be.at.most(400);
  });

  it('never takes failures that the service is not to blame for as an outage', () => {
    const schedule = scheduleOf('a', 'b', 'c', 'd');
    const attempt: TenantAttempt = { ...BAD, failed: false };
    const seen = schedule.turns(0).flatMap((turn) => settle(schedule, turn, attempt, 7));
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
      settle(schedule, turns[0]!, BAD, now);
      return names(turns)[0];
    });
    expect(probes.slice(0, 3)).to.have.members(['a', 'b', 'c']);
    expect(probes[3]).to.equal(probes[0]);
  });

  it('closes the circuit with the first success, and then asks one, two, four at a time', () => {
    const schedule = scheduleOf('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l');
    for (const turn of schedule.turns(0)) settle(schedule, turn, BAD, 0);
    const inFlight = schedule.turns(100);
    const sizes = [101, 102, 103, 104].map((now) => {
      settle(schedule, inFlight.shift()!, GOOD, now);
      inFlight.push(...schedule.turns(now));
      return inFlight.length;
    });
    expect(sizes).to.deep.equal([1, 2, 4, 4]);
  });

  it('leaves one tenant alone for as long as it is told, and goes on with the others', () => {
    const schedule = scheduleOf('a', 'b');
    const [a, b] = schedule.turns(0);
    const [seen] = settle(schedule, a!, { ...BAD, retryAfter: 1500 }, 0);
    expect(seen).to.include({ kind: 'failure', tenant: 'a' });
    settle(schedule, b!, LICENSED, 0);
    const asked: (readonly [string, number])[] = [];
    run(schedule, 2500, (turn, now) => {
      asked.push([turn.tenant, now]);
      settle(schedule, turn, LICENSED, now);
    });
    expect(asked.find(([tenant]) => tenant === 'a')).to.deep.equal(['a', 1500]);
    expect(asked.filter(([tenant, now]) => tenant === 'b' && now < 1500)).to.have.length(1);
  });

  it('leaves everybody alone for as long as it is told where it asks too often', () => {
    const schedule = scheduleOf('a', 'b', 'c');
    const [a, b] = schedule.turns(0);
    const throttled = { ...BAD, throttled: true, retryAfter: 1500 };
    const [seen] = settle(schedule, a!, throttled, 10);
    expect(seen).to.include({ kind: 'failure', tenant: undefined });
    settle(schedule, b!, LICENSED, 20);
    expect(schedule.turns(1509)).to.deep.equal([]);
    expect(schedule.wakeAt()).to.equal(undefined);
    settle(schedule, { tenant: 'c', gone: false, isGuest: false, askedAt: 0 }, LICENSED, 30);
    expect(schedule.wakeAt()).to.equal(1510);
  });

  it('asks about one that is to be refreshed at once, and once more where it is being asked', () => {
    const schedule = scheduleOf('a', 'b');
    const [a, b] = schedule.turns(0);
    settle(schedule, b!, LICENSED, 1);
    schedule.refresh('a');
    schedule.refresh('b');
    expect(names(schedule.turns(2))).to.deep.equal(['b']);
    settle(schedule, a!, LICENSED, 3);
    const [again] = schedule.turns(3);
    const [seen] = settle(schedule, again!, LICENSED, 5);
    expect(seen).to.include({ kind: 'sighting', at: 3 + AHEAD });
    expect(seen).to.have.property('readings').that.has.all.keys('a');
  });

  it('says what it learned of one that is not in demand, and forgets it', () => {
    const schedule = scheduleOf();
    schedule.refresh('x');
    const seen = settle(schedule, schedule.turns(1)[0]!, GOOD, 2);
    const readings = seen.map((one) => one.kind === 'sighting' && one.readings.get('x'));
    expect(readings).to.deep.equal([ABSENT, { kind: 'silent' }]);
    expect(schedule.wakeAt()).to.equal(undefined);
  });

  it('waits with what is to be refreshed until an outage is over', () => {
    const schedule = broken('a', 'b', 'c');
    schedule.refresh('a');
    expect(schedule.turns(1)).to.deep.equal([]);
    const [probe] = schedule.turns(100);
    expect(probe?.tenant).to.equal('a');
    settle(schedule, probe!, BAD, 100);
    const [next] = schedule.turns(300);
    expect(next?.tenant).not.to.equal('a');
    settle(schedule, next!, LICENSED, 301);
    expect(names(schedule.turns(301))).to.deep.equal(['a']);
  });

  it('forgets a tenant that nobody asks about any more', () => {
    const schedule = scheduleOf('a');
    expect(schedule.change({ tenant: 'a', wanted: false }, 9 + AHEAD)).to.deep.equal([
      {
        kind: 'sighting',
        source: 'license-service',
        at: 9 + AHEAD,
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
    const late = { tenant: 'd', gone: false, isGuest: false, askedAt: 0 };
    const [answer, forgotten] = settle(schedule, late, GOOD, 200);
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
      expect(settle(schedule, turn!, attempt, 2)).to.deep.equal([]);
      expect(names(schedule.turns(5 * INTERVAL))).to.deep.equal([]);
    });
  }

  it('asks anew about one that came back, and drops the answer to the question before', () => {
    const schedule = scheduleOf('a');
    const [before] = schedule.turns(0);
    schedule.change({ tenant: 'a', wanted: false }, 1);
    schedule.change({ tenant: 'a', wanted: true }, 2);
    const [after] = schedule.turns(2);
    expect(settle(schedule, before!, GOOD, 3)).to.deep.equal([]);
    expect(settle(schedule, after!, GOOD, 4)).to.have.length(1);
    expect(schedule.wakeAt()).to.equal(2 + INTERVAL);
  });
});
