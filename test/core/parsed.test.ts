import { expect } from 'chai';
import { isRecord, quote } from '../../src/core/parsed.ts';

describe('quote', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  const cases: readonly (readonly [string, unknown, string])[] = [
    ['a text in quotation marks', 'tenant-a', '"tenant-a"'],
    ['a number as it is', 3, '3'],
    ['null as it is', null, 'null'],
    ['an object as JSON', { a: [1] }, '{"a":[1]}'],
    ['what is not there', undefined, 'undefined'],
    ['60 characters whole', 'x'.repeat(58), `"${'x'.repeat(58)}"`],
    ['61 characters cut', 'x'.repeat(59), `"${'x'.repeat(56)}...`],
    ['what can not be seen escaped', 'a\u200b\u00a0b\u{e0041}', '"a\\u200b\\u00a0b\\udb40\\udc41"'],
    ['a number too big for JSON', 10n, '10'],
    ['a list that holds itself, as an alias in YAML can make one', circle, 'a circular object'],
  ];
  for (const [title, value, expected] of cases) {
    it(`gives ${title}`, () => {
      expect(quote(value)).to.equal(expected);
    });
  }
});

describe('isRecord', () => {
  const cases: readonly (readonly [unknown, boolean])[] = [
    [{}, true],
    [[], false],
    [null, false],
    [undefined, false],
    ['{}', false],
  ];
  for (const [value, expected] of cases) {
    it(`is ${expected} of ${quote(value)}`, () => {
      expect(isRecord(value)).to.equal(expected);
    });
  }
});
