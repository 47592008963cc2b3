import { expect } from 'chai';
import { guard, propose } from '../../src/core/guard.ts';
import type { Decided, Decision } from '../../src/core/merge.ts';
import { UNKNOWN } from '../../src/core/standing.ts';
import { ABSENT, licensed, overridden } from '../helpers/facts.ts';

const NOW = 100;

function decided(over: Partial<Decided> = {}): Decided {
  return {
    kind: 'decided',
    fact: licensed(),
    source: 'license-service',
    replicas: undefined,
    until: undefined,
    overdue: false,
    knownAt: NOW,
    doubt: undefined,
    missing: false,
    inPlaceOf: undefined,
    ...over,
  };
}

const UNDECIDED: Decision = {
  kind: 'undecided',
  pending: true,
  why: 'not asked yet',
  knownAt: undefined,
};
const VALID = propose(decided(), 1);
const doubt = 'it fails';

describe('propose', () => {
  it('says nothing where nobody decides', () => {
    expect(propose(UNDECIDED, NOW)).to.equal(UNKNOWN);
  });

  it('says nothing where no rule has anything to say', () => {
    expect(propose(decided({ fact: overridden({ replicas: 3 }) }), NOW)).to.equal(UNKNOWN);
  });

  it('makes a standing of a license', () => {
    const fact = licensed({ end: 200, services: ['s'], replicas: 3 });
    expect(propose(decided({ fact, replicas: 9 }), NOW)).to.deep.equal({
      status: 'licensed',
      reason: 'valid',
      note: undefined,
      source: 'license-service',
      since: NOW,
      until: 200,
      services: ['s'],
      replicas: 9,
    });
  });

  it('covers any service by an override, and none by absence', () => {
    expect(propose(decided({ fact: overridden({ licensed: true }) }), NOW).services).to.equal(
      'any',
    );
    expect(propose(decided({ fact: ABSENT }), NOW).services).to.equal(undefined);
  });

  for (const [end, until, expected] of [
    [200, 150, 150],
    [150, 200, 150],
    [undefined, 150, 150],
    [150, undefined, 150],
    [undefined, undefined, undefined],
  ] as const) {
    it(`stands until ${String(expected)}: the license ends at ${String(end)}, the replicas at ${String(until)}`, () => {
      expect(propose(decided({ fact: licensed({ end }), until }), NOW).until).to.equal(expected);
    });
  }
});

describe('guard', () => {
  it('lets a trusted fact through, in both directions', () => {
    const down = guard(VALID, decided({ fact: ABSENT }), NOW);
    expect(down.standing).to.include({ status: 'unlicensed', reason: 'absent', since: NOW });
    expect(down.withheld).to.equal(false);
    const up = guard(down.standing, decided(), NOW + 1);
    expect(up.standing).to.include({ status: 'licensed', since: NOW + 1 });
    expect(up.withheld).to.equal(false);
  });

  it('keeps the standing itself where the fact says the same', () => {
    expect(guard(VALID, decided(), NOW)).to.deep.equal({ standing: VALID, withheld: false });
    expect(guard(VALID, decided(), NOW).standing).to.equal(VALID);
    expect(guard(VALID, decided({ doubt }), NOW)).to.deep.equal({
      standing: VALID,
      withheld: false,
    });
  });

  it('keeps since where the status stays', () => {
    const { standing } = guard(VALID, decided({ replicas: 9 }), NOW);
    expect(standing).to.include({ replicas: 9, since: 1 });
  });

  it('changes nothing in doubt, in neither direction, and remembers it', () => {
    const gone = propose(decided({ fact: ABSENT }), 1);
    expect(guard(VALID, decided({ fact: ABSENT, doubt }), NOW)).to.deep.equal({
      standing: VALID,
      withheld: true,
    });
    expect(guard(gone, decided({ doubt }), NOW)).to.deep.equal({ standing: gone, withheld: true });
    expect(guard(UNKNOWN, decided({ fact: ABSENT, doubt }), NOW)).to.deep.equal({
      standing: UNKNOWN,
      withheld: true,
    });
  });

  it('changes nothing where nobody decides, and remembers it', () => {
    expect(guard(VALID, UNDECIDED, NOW)).to.deep.equal({ standing: VALID, withheld: true });
    expect(guard(UNKNOWN, UNDECIDED, NOW)).to.deep.equal({ standing: UNKNOWN, withheld: true });
  });

  it('remembers an override that is obeyed past its end, whether anything changes or not', () => {
    expect(guard(VALID, decided({ overdue: true }), NOW)).to.deep.equal({
      standing: VALID,
      withheld: true,
    });
    const other = guard(VALID, decided({ overdue: true, replicas: 9 }), NOW);
    expect(other.standing.replicas).to.equal(9);
    expect(other.withheld).to.equal(true);
    expect(guard(VALID, decided({ fact: ABSENT, overdue: true }), NOW).withheld).to.equal(true);
  });
});
