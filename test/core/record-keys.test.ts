import { expect } from 'chai';
import { findUnreadKeys, type KeyProblem } from '../../src/core/record-keys.ts';

const DATE = '2027-01-31T00:00:00Z';

function found(record: Record<string, unknown>, ...ignored: readonly string[]): string[] {
  const problems: KeyProblem[] = [];
  findUnreadKeys({ id: 'a', ...record }, ignored, problems);
  return problems.map(({ key }) => key);
}

describe('findUnreadKeys', () => {
  for (const key of [
    ...[
      'periodEnd',
      'PeriodEnd',
      'PERIOD_END',
      'period-end',
      'periodend',
      'period_ends',
      'period_en',
    ],
    ...['priod_end', 'period_edn', 'period_emd', 'periodEndDate', 'period_end_at', 'period_until'],
    ...[
      'expires_at',
      'expiresAt',
      'expires',
      'expiry',
      'expiryDate',
      'expiration',
      'expiration_date',
    ],
    ...[
      'expires_on',
      'exp',
      'license_expires_at',
      'licenseExpiry',
      'valid_until',
      'validTo',
      'valid_thru',
    ],
    ...[
      'current_period_end',
      'current_term_end',
      'end_date',
      'endDate',
      'endsAt',
      'ends_on',
      'end',
    ],
    ...['trial_end', 'ended_at', 'paid_through', 'active_until', 'not_after', 'contract_end_date'],
    ...[
      'subscription_ends',
      'termination_date',
      'canceled_at',
      'cancelledAt',
      'deleted_at',
      'until',
    ],
  ]) {
    it(`finds ${key} in a record without period_end`, () => {
      expect(found({ [key]: DATE })).to.deep.equal([key]);
      expect(found({ [key]: 1_800_000_000 })).to.deep.equal([key]);
      expect(found({ [key]: '' })).to.deep.equal([key]);
      expect(found({ [key]: DATE, period_end: null })).to.deep.equal([key]);
      expect(found({ [key]: null })).to.deep.equal([]);
      expect(found({ [key]: DATE, period_end: DATE })).to.deep.equal([]);
    });
  }

  const others: readonly (readonly [string, unknown, string])[] = [
    ['periodStart', DATE, 'period_start'],
    ['starts_at', DATE, 'period_start'],
    ['start_date', DATE, 'period_start'],
    ['valid_from', DATE, 'period_start'],
    ['not_before', DATE, 'period_start'],
    ['state', 'suspended', 'status'],
    ['Status', 'suspended', 'status'],
    ['staus', 'suspended', 'status'],
    ['license_status', 'suspended', 'status'],
    ['subscriptionState', 'suspended', 'status'],
    ['suspended', true, 'status'],
    ['is_revoked', 'true', 'status'],
    ['banned', true, 'status'],
    ['active', false, 'status'],
    ['isActive', 0, 'status'],
    ['license_valid', 'no', 'status'],
    ['service', 'api', 'services'],
    ['Services', ['api'], 'services'],
    ['replica', 3, 'replicas'],
    ['replicaCount', 3, 'replicas'],
    ['cancel_at_period_end', true, 'period_end'],
    ['attributes', { expiry: DATE }, 'period_end'],
    ['period', { start: DATE, end: DATE }, 'period_end'],
    ['license', { period_end: DATE }, 'period_end'],
  ];
  for (const [key, value, ours] of others) {
    it(`finds ${key} in a record without ${ours}`, () => {
      expect(found({ [key]: value })).to.deep.equal([key]);
      expect(found({ [key]: value, [ours]: 'something' })).to.deep.equal([]);
    });
  }

  for (const [key, value] of [
    ['error', 'license expired'],
    ['errors', [{ code: 'x' }]],
    ['error_message', 'x'],
    ['errorCode', 404],
    ['error', true],
    ['success', false],
    ['ok', 'false'],
    ['found', false],
  ] as const) {
    it(`finds ${key}: ${JSON.stringify(value)} in whatever record`, () => {
      expect(found({ [key]: value, period_end: DATE, status: 'active' })).to.deep.equal([key]);
    });
  }

  for (const record of [
    { name: 'Tenant A', note: 'ends soon', description: 'x', plan: 'gold', email: 'a@b', tags: [] },
    { created_at: DATE, updated_at: DATE, createdAt: DATE, renews_at: DATE, last_seen: DATE },
    { period: 'monthly', period_id: 'p1', period_no: 3, period_kind: 'month', period_unit: 'year' },
    {
      end_user: 'x',
      frontend: 'x',
      endpoint: 'x',
      vendor: 'x',
      legend: 'x',
      weekend: 'x',
      backend: 'x',
    },
    { stats: { hits: 1 }, statistics: {}, static: true, service_level: 'gold', replication: true },
    {
      customer_id: 7,
      account: 'x',
      license: 'gold',
      subscription: 'sub_1',
      term: 12,
      type: 'license',
    },
    {
      suspended: false,
      active: true,
      deleted_at: null,
      canceled_at: null,
      error: null,
      errors: [],
    },
    { error: '', error_code: 0, success: true, ok: 1, cancel_at_period_end: false, expired: false },
    {
      attributes: { color: 'x' },
      address: { state: 'CA' },
      owner: { end: DATE },
      license: { name: 'x' },
    },
    { password_expires_at: DATE, token_expiry: DATE, support_ends: DATE, state_of_region: 'x' },
  ]) {
    it(`passes over ${Object.keys(record).join(', ')}`, () => {
      expect(found(record)).to.deep.equal([]);
    });
  }

  it('passes over what it is told to', () => {
    expect(found({ expiry: 1, state: 'CA' }, 'state')).to.deep.equal(['expiry']);
  });
});
