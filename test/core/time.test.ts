import { expect } from 'chai';
import fc from 'fast-check';
import { formatInstant, formatMillis, parseInstant } from '../../src/core/time.ts';

describe('parseInstant', () => {
  const midnight = Date.UTC(2027, 0, 31);
  const good: readonly (readonly [string, number])[] = [
    ['2027-01-31T00:00:00Z', midnight],
    ['2027-01-31t00:00:00z', midnight],
    ['2027-01-31T00:00:00+00:00', midnight],
    ['2027-01-31T00:00:00-00:00', midnight],
    ['2027-01-31T02:00:00+02:00', midnight],
    ['2027-01-30T18:30:00-05:30', midnight],
    ['2027-01-31t02:00:00+02:00', midnight],
    ['2027-01-31T00:00:00.5Z', midnight + 500],
    ['2027-01-31T00:00:00.123456789Z', midnight + 123],
    ['2027-01-31T23:59:59.999Z', midnight + 86_399_999],
    ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['1970-01-01T00:00:00Z', 0],
  ];
  for (const [text, expected] of good) {
    it(`reads ${text}`, () => {
      expect(parseInstant(text)).to.equal(expected);
    });
  }

  const bad: readonly string[] = [
    '',
    'soon',
    '1800000000',
    '2027-01-31',
    '2027-01-31T00:00Z',
    '2027-01-31T00:00:00',
    '2027-01-31 00:00:00Z',
    '2027-1-31T00:00:00Z',
    '27-01-31T00:00:00Z',
    '+002027-01-31T00:00:00Z',
    '2027-01-31T00:00:00.Z',
    '2027-01-31T00:00:00+0200',
    '2027-01-31T00:00:00+02',
    '2027-01-31T00:00:00Z ',
    ' 2027-01-31T00:00:00Z',
    '2027-01-31T00:00:00Z\n',
    '2027-02-29T00:00:00Z',
    '2027-02-30T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2027-04-31T00:00:00Z',
    '2027-00-31T00:00:00Z',
    '2027-13-31T00:00:00Z',
    '2027-01-00T00:00:00Z',
    '2027-01-32T00:00:00Z',
    '2027-01-31T24:00:00Z',
    '2027-01-31T25:00:00Z',
    '2027-01-31T00:60:00Z',
    '2027-01-31T00:00:61Z',
    '2027-01-31T00:00:00+99:99',
  ];
  for (const text of bad) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(parseInstant(text)).to.equal(undefined);
    });
  }

  it('reads what formatInstant wrote', () => {
    const instants = fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(instants, (at) => parseInstant(formatInstant(at)) === at),
      { numRuns: 200 },
    );
  });
});

describe('formatInstant', () => {
  it('leaves out a fraction that is none, and keeps one that is', () => {
    expect(formatInstant(0)).to.equal('1970-01-01T00:00:00Z');
    expect(formatInstant(1)).to.equal('1970-01-01T00:00:00.001Z');
  });
});

describe('formatMillis', () => {
  const cases: readonly (readonly [number, string])[] = [
    [-5, '0 s'],
    [0, '0 s'],
    [999, '0 s'],
    [42_999, '42 s'],
    [119_999, '119 s'],
    [120_000, '2 min'],
    [7_199_999, '119 min'],
    [7_200_000, '2 h'],
    [172_799_999, '47 h'],
    [172_800_000, '2 d'],
    [864_000_000, '10 d'],
  ];
  for (const [millis, expected] of cases) {
    it(`says ${millis} ms as ${expected}`, () => {
      expect(formatMillis(millis)).to.equal(expected);
    });
  }
});
