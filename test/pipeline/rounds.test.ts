import { expect } from 'chai';
import fc from 'fast-check';
import { Rounds, type Turn } from '../../src/pipeline/rounds.ts';

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
});
