import { expect } from 'chai';
import type { Transition } from '../../src/core/fleet-update.ts';
import { untried, type SourceState } from '../../src/core/source-state.ts';
import { UNKNOWN } from '../../src/core/standing.ts';
import { History, type Chapter, type HistoryLimits } from '../../src/pipeline/history.ts';

const BEGIN = 1000;

function transition(tenant: string, at: number): Transition {
  const after = { ...UNKNOWN, status: 'licensed', reason: 'valid' } as const;
  return { tenant, before: UNKNOWN, after, at, revision: at };
}

function chapter(...tenants: string[]): Chapter {
  const transitions = tenants.map((tenant, index) => transition(tenant, index));
  return { transitions, sourcesBefore: [], sources: [], answered: undefined };
}

/** A history in which each of these tenants had a transition, in order. */
function historyOf(limits: Partial<HistoryLimits>, ...tenants: string[]): History {
  const history = new History(BEGIN, limits);
  for (const tenant of tenants) history.write(chapter(tenant), 0);
  return history;
}

function numbers(happenings: readonly { readonly id: number }[] | undefined): number[] | undefined {
  return happenings?.map(({ id }) => id - BEGIN);
}

const SOURCE: SourceState = {
  ...untried({ name: 's', label: 'source s', gives: 'licenses', onDemand: false }),
  tried: true,
  understood: true,
};

describe('the history', () => {
  it('keeps the last transitions of a tenant, the newest first', () => {
    const history = historyOf({ perTenant: 2 }, 'a', 'b', 'a', 'a');
    expect(numbers(history.of('a'))).to.deep.equal([4, 3]);
    expect(numbers(history.of('b'))).to.deep.equal([2]);
    expect(history.of('c')).to.deep.equal([]);
  });

  it('forgets the oldest of all where there are too many', () => {
    const history = historyOf({ transitions: 3 }, 'a', 'a', 'b', 'b', 'c');
    expect(['a', 'b', 'c'].map((tenant) => numbers(history.of(tenant)))).to.deep.equal([
      [],
      [4, 3],
      [5],
    ]);
  });

  it('tells what came after a number, and that it does not know where it was too long ago', () => {
    const history = historyOf({ events: 3 }, 'a', 'b', 'c', 'd');
    expect(numbers(history.since(BEGIN + 2))).to.deep.equal([3, 4]);
    expect(numbers(history.since(BEGIN + 1))).to.deep.equal([2, 3, 4]);
    expect(history.since(BEGIN + 4)).to.deep.equal([]);
    expect(history.since(BEGIN)).to.equal(undefined);
  });

  it('does not know a number of another process', () => {
    const history = historyOf({}, 'a');
    expect(history.since(BEGIN - 1)).to.equal(undefined);
    expect(history.since(BEGIN + 2)).to.equal(undefined);
    expect(numbers(history.since(BEGIN))).to.deep.equal([1]);
  });

  it('tells its listeners once for all that happened at once, until they stop listening', () => {
    const history = new History(BEGIN);
    let told = 0;
    const stop = history.listen(() => told++);
    history.write(chapter('a', 'b'), 0);
    history.write(chapter(), 0);
    stop();
    history.write(chapter('c'), 0);
    expect(told).to.equal(1);
    expect(history.last).to.equal(BEGIN + 3);
  });

  it('keeps when a source began to fail and to work, and for what other reason it fails', () => {
    const history = new History(BEGIN);
    const failing = (reason: string): SourceState => ({
      ...SOURCE,
      trouble: { since: 1, reason, opaque: false },
    });
    const states = [SOURCE, failing('x'), failing('x'), failing('y'), SOURCE];
    states.slice(1).forEach((state, index) => {
      const sourcesBefore = [states[index]!];
      history.write({ ...chapter(), sourcesBefore, sources: [state] }, index);
    });
    const turns = history
      .since(BEGIN)
      ?.map((one) => (one.kind === 'source' ? one.turn : undefined));
    expect(turns?.map((turn) => [turn?.up, turn?.reason])).to.deep.equal([
      [false, 'x'],
      [false, 'y'],
      [true, null],
    ]);
  });

  it('knows when a source was last read', () => {
    const history = new History(BEGIN);
    expect(history.answeredAt('s')).to.equal(undefined);
    history.write({ ...chapter(), answered: { source: 's', at: 7 } }, 8);
    expect(history.answeredAt('s')).to.equal(7);
  });
});
