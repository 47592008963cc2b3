import { expect } from 'chai';
import fc from 'fast-check';
import type { Outcome, Turn } from '../../src/pipeline/place.ts';
import { Rounds } from '../../src/pipeline/rounds.ts';

const INTERVAL = 100;

function roundsOf(...tenants: readonly string[]): Rounds {
  const rounds = new Rounds(INTERVAL);
  for (const tenant of tenants) rounds.add(tenant);
  return rounds;
}

/** Takes a turn and puts it back at the same moment. */
function ask(rounds: Rounds, now: number): string | undefined {
  const turn = rounds.take(now);
  if (turn !== undefined) rounds.putBack(turn);
  return turn?.tenant;
}

/** Asks whenever somebody is due, until the given time; each answer takes as long as is given. */
function play(rounds: Rounds, until: number, latency = 0): (readonly [number, string])[] {
  const asked: (readonly [number, string])[] = [];
  const inFlight: { readonly turn: Turn; readonly at: number }[] = [];
  let now = 0;
  while (now <= until) {
    const at = rounds.nextAt() ?? Infinity;
    const answered = inFlight[0]?.at ?? Infinity;
    now = Math.max(now, Math.min(at, answered));
    if (answered <= now) rounds.putBack(inFlight.shift()!.turn);
    else if (now <= until) {
      const turn = rounds.take(now)!;
      asked.push([now, turn.tenant]);
      inFlight.push({ turn, at: now + latency });
    }
  }
  return asked;
}

describe('Rounds', () => {
  it('has nobody at first', () => {
    const rounds = roundsOf();
    expect(rounds.size).to.equal(0);
    expect(rounds.nextAt()).to.equal(undefined);
    expect(rounds.take(0)).to.equal(undefined);
  });

  it('asks a new tenant at once, then every interval', () => {
    const asked = play(roundsOf('a'), 350);
    expect(asked).to.deep.equal([
      [0, 'a'],
      [100, 'a'],
      [200, 'a'],
      [300, 'a'],
    ]);
  });

  it('takes a tenant that is there already for the same', () => {
    const rounds = roundsOf('a', 'a');
    expect(rounds.size).to.equal(1);
    expect(ask(rounds, 0)).to.equal('a');
    rounds.add('a');
    expect(rounds.nextAt()).to.equal(100);
  });

  it('spreads those who came at once over the interval, in the same order ever after', () => {
    const asked = play(roundsOf('a', 'b', 'c', 'd'), 225);
    expect(asked).to.deep.equal([
      [0, 'a'],
      [0, 'b'],
      [0, 'c'],
      [0, 'd'],
      [25, 'a'],
      [50, 'b'],
      [75, 'c'],
      [100, 'd'],
      [125, 'a'],
      [150, 'b'],
      [175, 'c'],
      [200, 'd'],
      [225, 'a'],
    ]);
  });

  it('asks each tenant once an interval, one at a time, however many there are', () => {
    const counts = fc.integer({ min: 1, max: 40 });
    const latencies = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(counts, latencies, (count, latency) => {
        const names = Array.from({ length: count }, (_, n) => `t${n}`);
        const asked = play(roundsOf(...names), 10 * INTERVAL, latency);
        const steady = asked.filter(([at]) => at > 2 * INTERVAL && at < 9 * INTERVAL);
        const gaps = steady.slice(1).map(([at], index) => at - steady[index]![0]);
        const uneven = gaps.filter((gap) => Math.abs(gap - INTERVAL / count) > 1e-6);
        expect(uneven).to.deep.equal([]);
        const first = steady.slice(0, count).map(([, tenant]) => tenant);
        expect(new Set(first).size).to.equal(Math.min(count, steady.length));
      }),
      { numRuns: 50 },
    );
  });

  it('puts a newcomer before all others', () => {
    const rounds = roundsOf('a', 'b');
    ask(rounds, 0);
    ask(rounds, 0);
    rounds.add('c');
    expect(rounds.nextAt()).to.equal(Number.NEGATIVE_INFINITY);
    expect(ask(rounds, 30)).to.equal('c');
    expect(ask(rounds, 70)).to.equal('a');
  });

  it('lets nobody wait longer than an interval because others left', () => {
    const rounds = roundsOf('a', 'b', 'c', 'd');
    for (let turn = 0; turn < 4; turn++) ask(rounds, 0);
    for (const tenant of ['a', 'b', 'c']) rounds.delete(tenant);
    expect(rounds.size).to.equal(1);
    expect(rounds.nextAt()).to.equal(100);
    expect(ask(rounds, 100)).to.equal('d');
  });

  it('has no place in line for a tenant that is being asked about', () => {
    const rounds = roundsOf('a');
    const turn = rounds.take(0)!;
    expect(rounds.nextAt()).to.equal(undefined);
    rounds.putBack(turn);
    expect(rounds.nextAt()).to.equal(100);
  });

  it('passes over those who left, new or in line', () => {
    const rounds = roundsOf('a', 'b', 'c');
    rounds.delete('a');
    expect(ask(rounds, 0)).to.equal('b');
    expect(ask(rounds, 0)).to.equal('c');
    rounds.delete('b');
    rounds.delete('never-there');
    expect(ask(rounds, 100)).to.equal('c');
    rounds.delete('c');
    expect(rounds.nextAt()).to.equal(undefined);
  });

  it('marks the turn of a tenant that leaves meanwhile, and does not put it back', () => {
    const rounds = roundsOf('a');
    const turn = rounds.take(0)!;
    rounds.delete('a');
    expect(turn.gone).to.equal(true);
    rounds.putBack(turn);
    expect(rounds.nextAt()).to.equal(undefined);
  });

  it('does not mistake the turn of one that left for that of the same come back', () => {
    const rounds = roundsOf('a');
    const before = rounds.take(0)!;
    rounds.delete('a');
    rounds.add('a');
    const after = rounds.take(5)!;
    rounds.putBack(before);
    expect(rounds.nextAt()).to.equal(undefined);
    expect(after.gone).to.equal(false);
    rounds.putBack(after);
    expect(rounds.nextAt()).to.equal(105);
  });

  it('keeps its pace by the plan where timers are a little late', () => {
    const rounds = roundsOf('a', 'b');
    ask(rounds, 0);
    ask(rounds, 0);
    expect(ask(rounds, 51)).to.equal('a');
    expect(rounds.nextAt()).to.equal(100);
  });

  it('keeps its pace by the clock after a long pause, instead of catching up in a burst', () => {
    const rounds = roundsOf('a', 'b');
    ask(rounds, 0);
    ask(rounds, 0);
    expect(ask(rounds, 90)).to.equal('a');
    expect(rounds.nextAt()).to.equal(100);
    expect(ask(rounds, 500)).to.equal('b');
    expect(rounds.nextAt()).to.equal(190);
    expect(ask(rounds, 500)).to.equal('a');
    expect(rounds.nextAt()).to.equal(550);
  });

  it('spreads those again who were all asked at once after an outage', () => {
    const rounds = roundsOf('a', 'b', 'c', 'd');
    for (const now of [0, 0, 0, 0, 900, 900, 901, 901]) ask(rounds, now);
    const times = Array.from({ length: 5 }, () => {
      const at = rounds.nextAt()!;
      ask(rounds, at);
      return at;
    });
    expect(times).to.deep.equal([926, 951, 976, 1001, 1026]);
  });

  it('bears a long line', () => {
    const rounds = roundsOf(...Array.from({ length: 500 }, (_, n) => `t${n}`));
    const asked = Array.from({ length: 1500 }, () => ask(rounds, 0));
    expect(asked.slice(500, 1000)).to.deep.equal(asked.slice(0, 500));
    expect(asked.slice(1000)).to.deep.equal(asked.slice(0, 500));
  });

  describe('with tenants that are to be refreshed', () => {
    it('asks them before all others, in the order in which they were named, once each', () => {
      const rounds = roundsOf('a', 'b', 'c');
      for (let turn = 0; turn < 3; turn++) ask(rounds, 0);
      rounds.add('new');
      for (const tenant of ['c', 'b', 'c']) rounds.refresh(tenant);
      expect(rounds.nextAt()).to.equal(-Infinity);
      expect(takeAll(rounds, 1, 4)).to.deep.equal(['c', 'b', 'new', 'a']);
      expect(rounds.take(1)).to.equal(undefined);
    });

    it('asks one that is being asked once more after that, before all others', () => {
      const rounds = roundsOf('a', 'b');
      const turn = rounds.take(0)!;
      rounds.refresh('a');
      rounds.refresh('a');
      expect(rounds.take(0)?.tenant).to.equal('b');
      expect(rounds.nextAt()).to.equal(undefined);
      rounds.putBack(turn);
      expect(rounds.nextAt()).to.equal(-Infinity);
      expect(ask(rounds, 5)).to.equal('a');
      expect(rounds.nextAt()).to.equal(5 + INTERVAL / 2);
    });

    it('asks about one that is not in the rounds once', () => {
      const rounds = roundsOf();
      rounds.refresh('x');
      const turn = rounds.take(0)!;
      expect(turn).to.include({ tenant: 'x', isGuest: true, gone: false });
      rounds.putBack(turn);
      expect(rounds.size).to.equal(0);
      expect(rounds.nextAt()).to.equal(undefined);
    });

    it('keeps one that comes while it is being asked about for that alone', () => {
      const rounds = roundsOf();
      rounds.refresh('x');
      const turn = rounds.take(0)!;
      rounds.add('x');
      rounds.putBack(turn);
      expect(turn.isGuest).to.equal(false);
      expect(rounds.size).to.equal(1);
      expect(takeAll(rounds, INTERVAL, 2)).to.deep.equal(['x', undefined]);
    });

    it('asks anew where the question met an outage, and not where it failed for this tenant', () => {
      const rounds = roundsOf('a', 'b');
      for (const [kind, first] of [
        ['outage', 'a'],
        ['failed', 'b'],
      ] as const) {
        ask(rounds, 0);
        ask(rounds, 0);
        rounds.refresh('a');
        rounds.putBack(rounds.take(1)!, kind === 'outage' ? OUTAGE : FAILED);
        expect(rounds.take(2)?.tenant).to.equal(first);
      }
    });

    it('asks one at once that rests', () => {
      const rounds = roundsOf('a', 'b');
      ask(rounds, 0);
      rounds.putBack(rounds.take(0)!, { kind: 'failed', slow: false, notBefore: 9000 });
      rounds.refresh('b');
      expect(ask(rounds, 1)).to.equal('b');
    });

    it('forgets it of one that leaves', () => {
      const rounds = roundsOf('a', 'b');
      rounds.refresh('b');
      rounds.delete('b');
      expect(takeAll(rounds, 0, 2)).to.deep.equal(['a', undefined]);
    });
  });

  describe('with more than it can ask in time', () => {
    it('asks about licensed tenants in turn with new ones, however many these are', () => {
      const rounds = roundsOf('l1', 'l2');
      for (let turn = 0; turn < 2; turn++) rounds.putBack(rounds.take(0)!, LICENSED);
      for (let n = 0; n < 100; n++) rounds.add(`new${n}`);
      // In pace they would be due; but newcomers go before what is asked early.
      expect(takeAll(rounds, INTERVAL - 1, 2)).to.deep.equal(['new0', 'new1']);
      const asked = takeAll(rounds, INTERVAL, 4);
      expect(asked).to.include.members(['l1', 'l2']);
      expect(asked.filter((tenant) => tenant?.startsWith('new'))).to.have.length(2);
    });

    it('asks about licensed tenants in turn with those without a license, however many these are', () => {
      const names = Array.from({ length: 1000 }, (_, n) => `none${n}`);
      const rounds = roundsOf(...names, 'l1', 'l2', 'l3');
      for (let turn = 0; turn < 1003; turn++) {
        const next = rounds.take(0)!;
        rounds.putBack(next, next.tenant.startsWith('l') ? LICENSED : ANSWERED);
      }
      const asked = takeAll(rounds, 10 * INTERVAL, 6);
      expect(asked).to.include.members(['l1', 'l2', 'l3']);
    });

    it('takes one that is unclear for what it was, and for no customer where it was nothing', () => {
      for (const [before, isFirst] of [
        [LICENSED, true],
        [ANSWERED, false],
        [UNCLEAR, false],
      ] as const) {
        const rounds = roundsOf('a', 'b');
        const [a, b] = takeTurns(rounds, 0, 2);
        rounds.putBack(b!, ANSWERED);
        rounds.putBack(a!, before);
        rounds.refresh('a');
        rounds.putBack(rounds.take(1)!, UNCLEAR);
        // A licensed one is probed with first, and of others the one that was asked first.
        expect(rounds.probe(2)?.tenant).to.equal(isFirst ? 'a' : 'b');
      }
    });

    it('tells how long a round of the licensed ones takes', () => {
      const rounds = roundsOf('a', 'b');
      const roundAfter = (now: number, ...expected: readonly string[]) => {
        const turns = expected.map(() => rounds.take(now)!);
        expect(turns.map(({ tenant }) => tenant)).to.have.members(expected);
        for (const turn of turns) rounds.putBack(turn, turn.tenant === 'a' ? LICENSED : ANSWERED);
        return rounds.round;
      };
      expect(roundAfter(0, 'a', 'b')).to.equal(undefined);
      expect(roundAfter(100, 'a', 'b')).to.equal(undefined);
      expect(roundAfter(5000, 'a', 'b')).to.equal(4900);
      rounds.refresh('a');
      expect(roundAfter(5001, 'a')).to.equal(4900);
      rounds.resume(90_000);
      expect(roundAfter(90_150, 'a', 'b')).to.equal(150);
      rounds.delete('a');
      expect(roundAfter(90_500, 'b')).to.equal(350);
    });

    it('takes no time in which nobody was asked for a long round: the machine was asleep', () => {
      const rounds = roundsOf('a', 'b');
      for (const now of [0, 100, 7_200_000]) {
        for (const turn of takeTurns(rounds, now, 2)) {
          rounds.putBack(turn, LICENSED);
          expect(rounds.round).to.equal(undefined);
        }
      }
      takeTurns(rounds, 7_200_250, 1);
      expect(rounds.round).to.equal(250);
    });
  });

  it('does not take the time in which the machine slept for a round', () => {
    const rounds = roundsOf('a', 'b');
    for (const now of [0, 100, 150, 7_200_000, 7_200_001, 7_200_100]) {
      rounds.putBack(rounds.take(now)!);
      expect(rounds.round).to.equal(undefined);
    }
  });

  describe('with tenants that fail', () => {
    it('asks about one after an interval, whatever it was before', () => {
      for (const before of [LICENSED, ANSWERED, undefined]) {
        const rounds = roundsOf('a');
        if (before !== undefined) rounds.putBack(rounds.take(0)!, before);
        for (const now of [0, 100, 200, 300, 400]) {
          rounds.putBack(rounds.take(now)!, FAILED);
          expect(rounds.nextAt()).to.equal(now + INTERVAL);
        }
      }
    });

    it('asks ever more rarely about one that will go on to fail, while others are answered about', () => {
      const rounds = roundsOf('a', 'b');
      ask(rounds, 0);
      rounds.putBack(rounds.take(0)!, SLOW);
      expect(rounds.take(0)?.tenant).to.equal('a');
      const waits: number[] = [];
      for (let turn = 0, now = 0; turn < 12; turn++) {
        waits.push(rounds.nextAt()! - now);
        now = rounds.nextAt()!;
        rounds.putBack(rounds.take(now)!, SLOW);
      }
      expect(waits.slice(0, 4)).to.deep.equal([100, 200, 400, 800]);
      expect(waits.slice(-2)).to.deep.equal([60_000, 60_000]);
    });

    it('asks every interval about one that was answered about before', () => {
      const rounds = roundsOf('a', 'b');
      const asked: string[] = [];
      for (let now = 0; now < 1_000; now = Math.max(now, rounds.nextAt()!)) {
        const turn = rounds.take(now)!;
        asked.push(turn.tenant);
        rounds.putBack(turn, turn.tenant === 'b' && now > 0 ? SLOW : undefined);
      }
      expect(asked.filter((tenant) => tenant === 'b')).to.have.length(10);
    });

    it('asks about all every interval where all fail so', () => {
      const rounds = roundsOf('a', 'b');
      for (let now = 0; now < 1000; now += 100) {
        for (const turn of takeTurns(rounds, now, 2)) rounds.putBack(turn, SLOW);
        expect(rounds.nextAt()).to.equal(now + INTERVAL);
      }
    });

    it('leaves one alone for as long as it is told, and nobody else', () => {
      const rounds = roundsOf('a', 'b');
      rounds.putBack(rounds.take(0)!, { kind: 'failed', slow: false, notBefore: 950 });
      ask(rounds, 0);
      const asked = play(rounds, 960);
      expect(asked.find(([, tenant]) => tenant === 'a')).to.deep.equal([950, 'a']);
      expect(asked.filter(([at, tenant]) => tenant === 'b' && at < 950)).to.have.length(9);
    });

    it('keeps the pace of those that are answered about, however many fail', () => {
      const rounds = roundsOf('a', 'b', ...Array.from({ length: 50 }, (_, n) => `bad${n}`));
      const asked: string[] = [];
      for (let at = 0; at < 1000; at = Math.max(at, rounds.nextAt()!)) {
        const turn = rounds.take(at)!;
        if (!turn.tenant.startsWith('bad')) asked.push(turn.tenant);
        rounds.putBack(turn, turn.tenant.startsWith('bad') ? FAILED : LICENSED);
      }
      expect(asked.length).to.be.within(20, 24);
    });

    it('has hope for those that were answered about, and have not failed twice in a row', () => {
      const rounds = roundsOf('a', 'b');
      const next = (tenant: string, outcome: Outcome) => {
        rounds.refresh(tenant);
        rounds.putBack(rounds.take(0)!, outcome);
        return [rounds.hopeful, rounds.isHopeful('a'), rounds.isHopeful('b')];
      };
      expect(next('a', FAILED)).to.deep.equal([2, true, true]);
      expect(next('b', ANSWERED)).to.deep.equal([1, false, true]);
      expect(next('a', LICENSED)).to.deep.equal([2, true, true]);
      expect(next('a', FAILED)).to.deep.equal([2, true, true]);
      expect(next('a', OUTAGE)).to.deep.equal([2, true, true]);
      rounds.putBack(rounds.take(0)!, FAILED);
      expect(rounds.hopeful).to.equal(1);
      expect(next('a', FAILED)).to.deep.equal([1, false, true]);
      rounds.delete('b');
      expect(rounds.hopeful).to.equal(1);
      expect(rounds.isHopeful('a')).to.equal(true);
    });

    it('probes with one that was answered about, with others only where there is none', () => {
      const rounds = roundsOf('bad', 'fine', 'odd');
      rounds.putBack(rounds.take(0)!, FAILED);
      rounds.putBack(rounds.take(0)!, LICENSED);
      rounds.putBack(rounds.take(0)!, ANSWERED);
      rounds.add('new');
      rounds.refresh('bad');
      const probes = Array.from({ length: 5 }, () => rounds.probe(1)?.tenant);
      expect(probes).to.deep.equal(['fine', 'odd', 'bad', 'new', undefined]);
    });

    it('probes with one that failed once, as the first in an outage do, and not with one that always fails', () => {
      const rounds = roundsOf('bad', 'a', 'b');
      for (const now of [0, 100]) {
        for (const turn of takeTurns(rounds, now, 3)) {
          rounds.putBack(turn, turn.tenant === 'bad' ? FAILED : LICENSED);
        }
      }
      const all = takeTurns(rounds, 200, 3);
      for (const turn of all) rounds.putBack(turn, FAILED);
      const probed = Array.from({ length: 6 }, (_, n) => {
        const turn = rounds.probe(201 + n)!;
        rounds.putBack(turn, OUTAGE);
        return turn.tenant;
      });
      expect(new Set(probed)).to.deep.equal(new Set(['a', 'b']));
    });
  });
});

const LICENSED: Outcome = { kind: 'licensed' };
const ANSWERED: Outcome = { kind: 'unlicensed' };
const UNCLEAR: Outcome = { kind: 'unclear' };
const FAILED: Outcome = { kind: 'failed', slow: false };
const SLOW: Outcome = { kind: 'failed', slow: true };
const OUTAGE: Outcome = { kind: 'outage' };

function takeTurns(rounds: Rounds, now: number, count: number): Turn[] {
  return Array.from({ length: count }, () => rounds.take(now)!);
}

/** Takes so many turns, and puts none of them back. */
function takeAll(rounds: Rounds, now: number, count: number): (string | undefined)[] {
  return Array.from({ length: count }, () => rounds.take(now)?.tenant);
}
