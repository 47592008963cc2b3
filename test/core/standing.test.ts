import { expect } from 'chai';
import { UNKNOWN, describeStanding, sameStanding, type Standing } from '../../src/core/standing.ts';

const UNTIL = Date.UTC(2027, 0, 31);
const VALID: Standing = {
  status: 'licensed',
  reason: 'valid',
  note: undefined,
  source: 'license-service',
  since: 5,
  until: UNTIL,
  services: ['s'],
  replicas: 3,
};

describe('sameStanding', () => {
  it('is true of equal ones, whenever they began', () => {
    expect(sameStanding(VALID, { ...VALID, since: 9, services: ['s'] })).to.equal(true);
    expect(sameStanding(UNKNOWN, { ...UNKNOWN })).to.equal(true);
  });

  const others: readonly Partial<Standing>[] = [
    { status: 'unlicensed' },
    { reason: 'override' },
    { note: 'x' },
    { source: 'license-file' },
    { until: undefined },
    { services: ['t'] },
    { services: ['s', 't'] },
    { services: 'any' },
    { services: undefined },
    { replicas: undefined },
  ];
  for (const other of others) {
    it(`is false where ${JSON.stringify(other)} differs`, () => {
      expect(sameStanding(VALID, { ...VALID, ...other })).to.equal(false);
      expect(sameStanding({ ...VALID, ...other }, VALID)).to.equal(false);
    });
  }

  it('is true of two that cover any service', () => {
    expect(sameStanding({ ...VALID, services: 'any' }, { ...VALID, services: 'any' })).to.equal(
      true,
    );
  });
});

describe('describeStanding', () => {
  const cases: readonly (readonly [Partial<Standing>, string])[] = [
    [{}, 'licensed: its license is valid, until 2027-01-31T00:00:00Z'],
    [{ until: undefined }, 'licensed: its license is valid'],
    [{ reason: 'override' }, 'licensed: by an override, until 2027-01-31T00:00:00Z'],
    [
      { reason: 'override', note: 'paid by phone', until: undefined },
      'licensed: by an override (paid by phone)',
    ],
    [
      { status: 'unlicensed', reason: 'absent', until: undefined },
      'unlicensed: unknown to the source that decides',
    ],
    [
      { status: 'unlicensed', reason: 'status', note: 'suspended', until: undefined },
      'unlicensed: its license is suspended',
    ],
    [
      { status: 'unlicensed', reason: 'status', until: undefined },
      'unlicensed: its license is taken away',
    ],
    [
      { status: 'unlicensed', reason: 'not-begun' },
      'unlicensed: its license has not begun, until 2027-01-31T00:00:00Z',
    ],
    [
      { status: 'unlicensed', reason: 'ended', note: '2022-09-27T00:00:00Z', until: undefined },
      'unlicensed: its license ended 2022-09-27T00:00:00Z',
    ],
    [{ status: 'unlicensed', reason: 'ended', until: undefined }, 'unlicensed: its license ended'],
  ];
  for (const [over, expected] of cases) {
    it(`says "${expected}"`, () => {
      expect(describeStanding({ ...VALID, ...over })).to.equal(expected);
    });
  }

  it('says that there is no data, or why', () => {
    expect(describeStanding(UNKNOWN)).to.equal('unknown: no data');
    expect(describeStanding({ ...UNKNOWN, note: 'not asked' })).to.equal('unknown: not asked');
  });
});
