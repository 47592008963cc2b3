import { expect } from 'chai';
import { parseOverride, sameOverride, type Override } from '../../src/core/override.ts';
import { override } from '../helpers/facts.ts';

const UNTIL = Date.UTC(2027, 0, 31);

describe('parseOverride', () => {
  const good: readonly (readonly [string, unknown, Partial<Override>])[] = [
    ['licensed alone', { licensed: true }, { licensed: true }],
    ['not licensed alone', { licensed: false }, { licensed: false }],
    ['replicas alone', { replicas: 4 }, { replicas: 4 }],
    [
      'all of it',
      { licensed: true, replicas: 4, until: '2027-01-31T00:00:00Z', reason: 'paid by phone' },
      { licensed: true, replicas: 4, until: UNTIL, reason: 'paid by phone' },
    ],
    [
      'keys that are null',
      { licensed: true, replicas: null, until: null, reason: null },
      { licensed: true },
    ],
  ];
  for (const [title, entry, expected] of good) {
    it(`takes ${title}`, () => {
      expect(parseOverride(entry)).to.deep.equal({ ok: true, value: override(expected) });
    });
  }

  const bad: readonly (readonly [string, unknown, string])[] = [
    ['null', null, 'is null, allowed is an object'],
    ['a bare true', true, 'is true, allowed is an object'],
    ['a list', [], 'is [], allowed is an object'],
    ['nothing said', {}, 'says nothing: give licensed, replicas or both'],
    ['a reason alone', { reason: 'why' }, 'says nothing: give licensed, replicas or both'],
    [
      'a misspelled until',
      { licensed: true, untill: '2027-01-31T00:00:00Z' },
      'has the key "untill", allowed are licensed, replicas, until, reason',
    ],
    [
      'a key in another case',
      { Licensed: true },
      'has the key "Licensed", allowed are licensed, replicas, until, reason',
    ],
    ['licensed as a text', { licensed: 'yes' }, 'licensed is "yes", allowed are true and false'],
    ['licensed left empty', { licensed: null }, 'licensed is null, allowed are true and false'],
    ['no replicas', { replicas: 0 }, 'replicas is 0, allowed is a whole number from 1'],
    [
      'until without a time',
      { licensed: true, until: '2027-01-31' },
      'until is "2027-01-31", which lacks a time and a zone: allowed is a date like 2027-01-31T00:00:00Z',
    ],
    [
      'until as a date that stands for none',
      { licensed: true, until: '0001-01-01T00:00:00Z' },
      'until is "0001-01-01T00:00:00Z", which stands for "no date": allowed are ends from 1990 on, or null for none',
    ],
    [
      'until as a date of YAML',
      { licensed: true, until: new Date(UNTIL) },
      'until is "2027-01-31T00:00:00.000Z", allowed is a date like 2027-01-31T00:00:00Z',
    ],
    ['a reason that is a number', { licensed: true, reason: 7 }, 'reason is 7, allowed is a text'],
  ];
  for (const [title, entry, problem] of bad) {
    it(`refuses ${title}`, () => {
      expect(parseOverride(entry)).to.deep.equal({ ok: false, problem });
    });
  }
});

describe('sameOverride', () => {
  const full = override({ licensed: true, replicas: 2, until: UNTIL, reason: 'r' });

  it('is true of an override and its copy', () => {
    expect(sameOverride(full, { ...full })).to.equal(true);
  });

  const others: readonly Partial<Override>[] = [
    { licensed: undefined },
    { replicas: 3 },
    { until: undefined },
    { reason: 's' },
  ];
  for (const other of others) {
    it(`is false where ${Object.keys(other).join()} differs`, () => {
      expect(sameOverride(full, { ...full, ...other })).to.equal(false);
    });
  }
});
