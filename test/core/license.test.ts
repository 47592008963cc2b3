import { expect } from 'chai';
import {
  parseLicense,
  parseOptionalReplicas,
  sameLicense,
  sameList,
  takesAway,
  type License,
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
        replicas: undefined,
      },
    });
  });

  const good: readonly (readonly [string, Record<string, unknown>, Partial<License>])[] = [
    ['an id alone', {}, {}],
    ['fields that are null', { period_start: null, period_end: null, status: null }, {}],
    ['services and replicas that are null', { services: null, replicas: null }, {}],
    ['a name that is no text', { name: 7 }, { name: undefined }],
    ['fields that are not known', { plan: 'gold', priod_end: 'soon' }, {}],
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
      { status: 'paused' },
      'status is "paused", allowed are suspended, revoked, banned, expired, canceled, unpaid, ' +
        'active, trialing, expiring, past_due',
    ],
    ['a status that is no text', { status: true }, 'status is true, allowed are suspended,'],
    ['an empty status', { status: '' }, 'status is "", allowed are suspended,'],
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
      const result = parseLicense(withId);
      expect(result.ok).to.equal(false);
      expect(!result.ok && result.problem).to.satisfy((text: string) => text.startsWith(problem));
    });
  }
});

describe('takesAway', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['suspended', true],
    ['revoked', true],
    ['banned', true],
    ['expired', true],
    ['canceled', true],
    ['unpaid', true],
    ['active', false],
    ['trialing', false],
    ['expiring', false],
    ['past_due', false],
  ];
  for (const [status, expected] of cases) {
    it(`is ${expected} of ${status}`, () => {
      expect(takesAway(status)).to.equal(expected);
    });
  }
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
    { status: 'suspended' },
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
