import { expect } from 'chai';
import { parseStatus } from '../../src/core/status.ts';

const NONE = { active: [], inactive: [] };

describe('parseStatus', () => {
  const known: readonly (readonly [string, string])[] = [
    ...[
      'active',
      'trialing',
      'trial',
      'in_trial',
      'expiring',
      'past_due',
      'non_renewing',
      'grace',
    ].map((word) => [word, 'harmless'] as const),
    ...['Past Due', 'past-due', 'pastDue', 'PAST_DUE', ' grace period '].map(
      (word) => [word, 'harmless'] as const,
    ),
    ['canceled', 'not-renewed'],
    ['cancelled', 'not-renewed'],
    ...['suspended', 'revoked', 'banned', 'expired', 'unpaid', 'paused', 'on_hold', 'on hold'].map(
      (word) => [word, 'takes-away'] as const,
    ),
    ...[
      'incomplete',
      'incomplete_expired',
      'pending',
      'ended',
      'terminated',
      'lapsed',
      'deleted',
    ].map((word) => [word, 'takes-away'] as const),
  ];
  for (const [word, effect] of known) {
    it(`takes ${word} for ${effect}`, () => {
      const status = parseStatus(word, NONE);
      expect(status.ok && status.value?.effect).to.equal(effect);
    });
  }

  it('refuses a word that services use in opposite meanings, until it is told which', () => {
    const status = parseStatus('INACTIVE', NONE);
    expect(!status.ok && status.problem).to.equal(
      'is "INACTIVE", which services use in opposite meanings: licenseService.statuses can say what it means',
    );
    const told = parseStatus('INACTIVE', { active: [], inactive: ['inactive'] });
    expect(told.ok && told.value).to.deep.equal({ word: 'inactive', effect: 'takes-away' });
  });
});
