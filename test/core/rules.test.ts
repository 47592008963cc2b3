import { expect } from 'chai';
import type { Fact } from '../../src/core/observation.ts';
import { rule } from '../../src/core/rules/index.ts';
import type { Ruling } from '../../src/core/rules/rule.ts';
import { ABSENT, licensed, overridden } from '../helpers/facts.ts';

const NOW = Date.UTC(2027, 0, 31);

function ruling(over: Partial<Ruling>): Ruling {
  return { licensed: true, reason: 'valid', note: undefined, until: undefined, ...over };
}

const ended = (note: string): Ruling => ruling({ licensed: false, reason: 'ended', note });
const notBegun = (until: number): Ruling => ruling({ licensed: false, reason: 'not-begun', until });
const taken = (note: string): Ruling => ruling({ licensed: false, reason: 'status', note });

describe('the rules', () => {
  const cases: readonly (readonly [string, Fact, Ruling])[] = [
    ['a license without a period is valid', licensed(), ruling({})],
    ['one that begins now is', licensed({ start: NOW }), ruling({})],
    ['one that began before is', licensed({ start: NOW - 1 }), ruling({})],
    ['one that begins in a moment is not', licensed({ start: NOW + 1 }), notBegun(NOW + 1)],
    ['one that ends in a moment is', licensed({ end: NOW + 1 }), ruling({ until: NOW + 1 })],
    ['one that ends now is not', licensed({ end: NOW }), ended('2027-01-31T00:00:00Z')],
    ['one that ended before is not', licensed({ end: NOW - 1000 }), ended('2027-01-30T23:59:59Z')],
    [
      'one within its period is, until its end',
      licensed({ start: NOW - 1, end: NOW + 1 }),
      ruling({ until: NOW + 1 }),
    ],
    [
      'one before its period is not, until its start',
      licensed({ start: NOW + 1, end: NOW + 2 }),
      notBegun(NOW + 1),
    ],
    [
      'one after its period is not',
      licensed({ start: NOW - 2, end: NOW }),
      ended('2027-01-31T00:00:00Z'),
    ],
    [
      'one of no length never is',
      licensed({ start: NOW, end: NOW }),
      ended('2027-01-31T00:00:00Z'),
    ],
    ['a status takes a valid one away', licensed({ status: 'suspended' }), taken('suspended')],
    [
      'a status takes away for good',
      licensed({ status: 'revoked', start: NOW + 1, end: NOW + 2 }),
      taken('revoked'),
    ],
    ['a harmless status says nothing', licensed({ status: 'past_due' }), ruling({})],
    [
      'nor does it save one that has ended',
      licensed({ status: 'active', end: NOW }),
      ended('2027-01-31T00:00:00Z'),
    ],
    [
      'a tenant that is not known is not licensed',
      ABSENT,
      ruling({ licensed: false, reason: 'absent' }),
    ],
    [
      'an override licenses, until its end',
      overridden({ licensed: true, until: NOW + 9, reason: 'paid' }),
      ruling({ reason: 'override', note: 'paid', until: NOW + 9 }),
    ],
    [
      'an override takes away',
      overridden({ licensed: false }),
      ruling({ licensed: false, reason: 'override' }),
    ],
  ];
  for (const [title, fact, expected] of cases) {
    it(`say: ${title}`, () => {
      expect(rule(fact, NOW)).to.deep.equal(expected);
    });
  }

  it('have nothing to say of an override that is about replicas alone', () => {
    expect(rule(overridden({ replicas: 4 }), NOW)).to.equal(undefined);
  });
});
