import { expect } from 'chai';
import { parseEnd, parseStart } from '../../src/core/boundary.ts';
import { quote } from '../../src/core/parsed.ts';

type Expected = number | undefined | RegExp;

const NO_DATE = /stands for "no date": allowed are ends from 1990 on, or null for none$/;
const NEVER = /stands for "never": allowed are starts before the year 9000$/;
const GENERIC = /^is .*, allowed is a date like 2027-01-31T00:00:00Z$/;

/** What is given, what it is as an end, and as a start. */
const CASES: readonly (readonly [unknown, Expected, Expected])[] = [
  [undefined, undefined, undefined],
  [null, undefined, undefined],
  ['2027-01-31T00:00:00Z', Date.UTC(2027, 0, 31), Date.UTC(2027, 0, 31)],
  ['1990-01-01T00:00:00Z', Date.UTC(1990, 0), Date.UTC(1990, 0)],
  ['2038-01-19T03:14:07Z', 2 ** 31 * 1000 - 1000, 2 ** 31 * 1000 - 1000],
  ['8999-12-31T00:00:00Z', Date.UTC(8999, 11, 31), Date.UTC(8999, 11, 31)],

  ['0001-01-01T00:00:00Z', NO_DATE, undefined],
  ['0001-01-01T00:00:00', NO_DATE, undefined],
  ['0001-01-01 00:00:00 UTC', NO_DATE, undefined],
  ['0000-00-00 00:00:00', NO_DATE, undefined],
  ['1601-01-01T00:00:00Z', NO_DATE, undefined],
  ['1753-01-01', NO_DATE, undefined],
  ['1899-12-30T00:00:00.000Z', NO_DATE, undefined],
  ['1970-01-01T00:00:00Z', NO_DATE, undefined],
  ['1970-01-01T01:00:00+01:00', NO_DATE, undefined],
  ['1969-12-31T19:00:00-05:00', NO_DATE, undefined],
  ['1989-12-31T23:59:59Z', NO_DATE, undefined],

  ['9999-12-31T23:59:59Z', undefined, NEVER],
  ['9999-12-31T23:59:59.9999999Z', undefined, NEVER],
  ['9999-12-31T23:59:59-05:00', undefined, NEVER],
  ['9999-12-31T00:00:00', undefined, NEVER],
  ['9999-12-31 23:59:59', undefined, NEVER],
  ['9999-12-31', undefined, NEVER],
  ['9000-01-01T00:00:00Z', undefined, NEVER],
  ['9999-99-99', GENERIC, GENERIC],
  ['9999-12-31Tnever', GENERIC, GENERIC],

  ['', GENERIC, GENERIC],
  [' ', GENERIC, GENERIC],
  ['0', GENERIC, GENERIC],
  [0, GENERIC, GENERIC],
  [-62_135_596_800, GENERIC, GENERIC],
  [1_643_241_600, GENERIC, GENERIC],
  [false, GENERIC, GENERIC],
  ['never', GENERIC, GENERIC],
  ['infinity', GENERIC, GENERIC],
  ['null', GENERIC, GENERIC],
  [{}, GENERIC, GENERIC],
  ['2027-02-30', GENERIC, GENERIC],
  ['2027-02-30T00:00:00Z', GENERIC, GENERIC],
  ['2027-01-31 00:00:00+02:00', GENERIC, GENERIC],
  ...(
    [
      ['2025-01-01', /lacks a time and a zone: allowed is a date like 2025-01-01T00:00:00Z$/],
      ['2025-01-01T12:30:00', /lacks a zone: allowed is a date like 2025-01-01T12:30:00Z$/],
      ['2025-01-01 12:30:00', /lacks a zone: allowed is a date like 2025-01-01T12:30:00Z$/],
      ['2025-01-01T12:30', /lacks a zone: allowed is a date like 2025-01-01T12:30:00Z$/],
      ['2025-01-01T12:30:00.5', /lacks a zone: allowed is a date like 2025-01-01T12:30:00.5Z$/],
    ] as const
  ).map(([text, problem]) => [text, problem, problem] as const),
];

for (const [parse, column] of [
  [parseEnd, 1],
  [parseStart, 2],
] as const) {
  describe(parse.name, () => {
    for (const row of CASES) {
      const expected = row[column];
      it(`makes ${expected instanceof RegExp ? 'a problem' : String(expected)} of ${quote(row[0])}`, () => {
        const result = parse(row[0]);
        if (expected instanceof RegExp) expect(!result.ok && result.problem).to.match(expected);
        else expect(result).to.deep.equal({ ok: true, value: expected });
      });
    }
  });
}
