import { expect } from 'chai';
import {
  DEFAULT_RULES,
  parseLicense,
  parseOptionalReplicas,
  sameLicense,
  sameList,
  type License,
  type RecordRules,
} from '../../src/core/license.ts';
import { license } from '../helpers/facts.ts';

const START = Date.UTC(2022, 0, 27);
const END = Date.UTC(2023, 9, 27);

describe('parseLicense', () => {
  it('reads a record of the license service', () => {
    const record = {
      id: 'tenant-a',
      name: 'Tenant A',
      services: ['scaled-service'],
      period_start: '2022-01-27T00:00:00Z',
      period_end: '2023-10-27T00:00:00Z',
    };
    expect(parseLicense(record)).to.deep.equal({
      ok: true,
      value: {
        tenant: 'tenant-a',
        name: 'Tenant A',
        services: ['scaled-service'],
        start: START,
        end: END,
        status: undefined,
        takenAway: false,
        replicas: undefined,
      },
    });
  });

  const good: readonly (readonly [string, Record<string, unknown>, Partial<License>])[] = [
    ['an id alone', {}, {}],
    ['fields that are null', { period_start: null, period_end: null, status: null }, {}],
    ['services and replicas that are null', { services: null, replicas: null }, {}],
    ['a name that is no text', { name: 7 }, { name: undefined }],
    [
      'fields that are not known',
      { plan: 'gold', note: 'x', updated_at: '2027-01-01', created_at: 7 },
      {},
    ],
    ['a period without an end', { period_start: '2022-01-27T00:00:00Z' }, { start: START }],
    ['a period without a start', { period_end: '2023-10-27T00:00:00Z' }, { end: END }],
    [
      'a period of no length',
      { period_start: '2022-01-27T00:00:00Z', period_end: '2022-01-27T00:00:00Z' },
      { start: START, end: START },
    ],
    ['no services', { services: [] }, { services: [] }],
    ['one replica', { replicas: 1 }, { replicas: 1 }],
    ['as many replicas as an int32 holds', { replicas: 2147483647 }, { replicas: 2147483647 }],
    ['a status in lower case', { status: 'active' }, { status: 'active' }],
    ['a status in upper case', { status: 'SUSPENDED' }, { status: 'suspended' }],
    ['a status in mixed case', { status: 'Past_Due' }, { status: 'past_due' }],
    [
      'one that is canceled, until its end',
      { status: 'canceled', period_end: '2099-01-01T00:00:00Z' },
      { status: 'canceled', takenAway: false, end: Date.UTC(2099, 0) },
    ],
    [
      'one that is canceled and has no end',
      { status: 'Cancelled' },
      { status: 'cancelled', takenAway: true },
    ],
    ['an end that stands for never', { period_end: '9999-12-31T00:00:00Z' }, {}],
    ['a start that stands for no date', { period_start: '0001-01-01T00:00:00Z' }, {}],
  ];
  for (const [title, fields, expected] of good) {
    it(`takes ${title}`, () => {
      const result = parseLicense({ id: 'tenant-a', ...fields });
      expect(result).to.deep.equal({ ok: true, value: license(expected) });
    });
  }

  const bad: readonly (readonly [string, unknown, string])[] = [
    ['null', null, 'is null, allowed is an object'],
    ['a list', [], 'is [], allowed is an object'],
    ['a text', 'x', 'is "x", allowed is an object'],
    ['no id', {}, 'id is undefined, allowed is a string'],
    ['an id that is a number', { id: 7 }, 'id is 7, allowed is a string'],
    ['an empty id', { id: '' }, 'id is empty, allowed are 1 to 253 characters'],
    [
      'a start that is no date',
      { period_start: 'soon' },
      'period_start is "soon", allowed is a date like 2027-01-31T00:00:00Z',
    ],
    [
      'a start that is a number',
      { period_start: 1643241600 },
      'period_start is 1643241600, allowed is a date like 2027-01-31T00:00:00Z',
    ],
    [
      'an end on a day that does not exist',
      { period_end: '2027-02-30T00:00:00Z' },
      'period_end is "2027-02-30T00:00:00Z", allowed is a date like 2027-01-31T00:00:00Z',
    ],
    [
      'an empty end',
      { period_end: '' },
      'period_end is "", allowed is a date like 2027-01-31T00:00:00Z',
    ],
    [
      'an end before the start',
      { period_start: '2023-10-27T00:00:00Z', period_end: '2022-01-27T00:00:00Z' },
      'period_end 2022-01-27T00:00:00Z is before period_start 2023-10-27T00:00:00Z',
    ],
    [
      'a status that is not known',
      { status: 'frosty' },
      'status is "frosty", which is not known: licenseService.statuses can say what it means',
    ],
    ['a status that is no text', { status: true }, 'status is true, allowed is a text'],
    ['an empty status', { status: '' }, 'status is "", which is not known'],
    ['an end in year 1', { period_end: '0001-01-01T00:00:00Z' }, 'period_end is "0001-01-01'],
    ['an empty start', { period_start: '' }, 'period_start is "", allowed is a date like'],
    [
      'an error',
      { error: 'license expired' },
      'error is "license expired", so that this is no license',
    ],
    [
      'a key that means the same as one that is missing',
      { expires_at: '2027-01-31' },
      'expires_at is "2027-01-31", and the record has no period_end, which alone is read: if it means something else, name it in licenseService.ignoreKeys',
    ],
    [
      'all that is wrong at once',
      { period_end: 'soon', services: 7, replicas: 0, status: 1 },
      'period_end is "soon", allowed is a date like 2027-01-31T00:00:00Z; status is 1, allowed is a text; services is 7, allowed is a list of strings; replicas is 0, allowed is a whole number from 1',
    ],
    [
      'services that are a text',
      { services: 'scaled-service' },
      'services is "scaled-service", allowed is a list of strings',
    ],
    [
      'services that are not all texts',
      { services: ['a', 1] },
      'services is ["a",1], allowed is a list of strings',
    ],
    ['no replicas', { replicas: 0 }, 'replicas is 0, allowed is a whole number from 1'],
    ['half a replica', { replicas: 1.5 }, 'replicas is 1.5, allowed is a whole number from 1'],
    ['replicas as a text', { replicas: '2' }, 'replicas is "2", allowed is a whole number from 1'],
  ];
  for (const [title, fields, problem] of bad) {
    it(`refuses ${title}`, () => {
      const isWhole = fields === null || Array.isArray(fields) || typeof fields !== 'object';
      const withId = isWhole || title === 'no id' ? fields : { id: 'tenant-a', ...fields };
      expect(problemsOf(withId)).to.satisfy((text: string) => text.startsWith(problem));
    });
  }
});

describe('parseLicense with rules of an operator', () => {
  const rules = (over: Partial<RecordRules>): RecordRules => ({ ...DEFAULT_RULES, ...over });

  it('refuses a record without an end where one is required, unless its status takes it away', () => {
    const required = rules({ requireEnd: true });
    const missing = 'period_end is missing, and licenseService.requireEnd is true';
    expect(problemsOf({ id: 'a' }, required)).to.equal(missing);
    expect(problemsOf({ id: 'a', period_end: null, status: 'active' }, required)).to.equal(missing);
    for (const good of [
      { period_end: '2027-01-31T00:00:00Z' },
      { period_end: '9999-12-31T00:00:00Z' },
      { status: 'revoked' },
      { status: 'canceled' },
    ]) {
      expect(parseLicense({ id: 'a', ...good }, required).ok, JSON.stringify(good)).to.equal(true);
    }
  });

  it('takes words for statuses, and gives known ones another meaning', () => {
    const statuses = { active: ['Frosty', 'paused'], inactive: ['in-active', 'past due'] };
    for (const [status, takenAway] of [
      ['frosty', false],
      ['paused', false],
      ['in_active', true],
      ['past_due', true],
      ['revoked', true],
    ] as const) {
      const license = parseLicense({ id: 'a', status }, rules({ statuses }));
      expect(license.ok && license.value.takenAway, status).to.equal(takenAway);
    }
  });

  it('passes over keys that mean something else', () => {
    const ignoring = rules({ ignoreKeys: ['expires_at', 'error'] });
    expect(problemsOf({ id: 'a', expires_at: 1, error: 'x' }, ignoring)).to.equal('');
    expect(problemsOf({ id: 'a', expiresAt: 1 }, ignoring)).not.to.equal('');
  });

  it('says what a record is once it is over of which only the status is not known', () => {
    const over = { id: 'a', status: 'frosty', period_end: '2023-10-27T00:00:00Z' };
    const license = parseLicense(over);
    expect(!license.ok && license.onceOver?.end).to.equal(END);
    for (const worse of [
      { period_end: null },
      { services: 7 },
      { id: '' },
      { expiry: 1, period_end: null },
    ]) {
      const result = parseLicense({ ...over, ...worse });
      expect(!result.ok && result.onceOver, JSON.stringify(worse)).to.equal(undefined);
    }
  });
});

describe('sameLicense', () => {
  const full = license({
    name: 'A',
    services: ['s', 't'],
    start: START,
    end: END,
    status: 'active',
    replicas: 2,
  });

  it('is true of a license and its copy', () => {
    expect(sameLicense(full, { ...full, services: ['s', 't'] })).to.equal(true);
  });

  const others: readonly Partial<License>[] = [
    { tenant: 'tenant-b' },
    { name: 'B' },
    { services: ['t', 's'] },
    { services: ['s'] },
    { services: undefined },
    { start: START + 1 },
    { end: undefined },
    { status: 'expiring' },
    { takenAway: true },
    { replicas: 3 },
  ];
  for (const other of others) {
    it(`is false where ${JSON.stringify(other)} differs`, () => {
      expect(sameLicense(full, { ...full, ...other })).to.equal(false);
      expect(sameLicense({ ...full, ...other }, full)).to.equal(false);
    });
  }
});

describe('sameList', () => {
  it('tells no list from an empty one', () => {
    expect(sameList(undefined, undefined)).to.equal(true);
    expect(sameList([], [])).to.equal(true);
    expect(sameList(undefined, [])).to.equal(false);
    expect(sameList([], undefined)).to.equal(false);
  });
});

describe('parseOptionalReplicas', () => {
  for (const value of [0, -1, 1.5, 2147483648, Number.NaN, Infinity, '1', true, []]) {
    it(`refuses ${String(value)} (${typeof value})`, () => {
      expect(parseOptionalReplicas(value).ok).to.equal(false);
    });
  }
});

function problemsOf(record: unknown, rules?: RecordRules): string {
  const result = parseLicense(record, rules);
  if (result.ok) return '';
  return result.problems
    .map(({ key, problem }) => (key === undefined ? problem : `${key} ${problem}`))
    .join('; ');
}
