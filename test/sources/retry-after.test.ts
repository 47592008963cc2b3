import { expect } from 'chai';
import { parseRetryAfter } from '../../src/sources/http/retry-after.ts';

const NOW = Date.UTC(2027, 0, 31, 12);

describe('parseRetryAfter', () => {
  for (const [value, wait] of [
    ['120', 120_000],
    [' 0 ', 0],
    ['Sun, 31 Jan 2027 12:01:30 GMT', 90_000],
    ['Sunday, 31-Jan-27 12:01:30 GMT', 90_000],
    ['Sun, 31 Jan 2027 11:00:00 GMT', 0],
    ['', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['2027', 2_027_000],
    ['soon', undefined],
    ['Sun, whenever', undefined],
    ['99999999999999999999', undefined],
    [undefined, undefined],
    [['1', '2'], undefined],
  ] as const) {
    it(`takes ${value === undefined ? 'nothing' : JSON.stringify(value)} for ${wait === undefined ? 'nothing' : `${wait} ms`}`, () => {
      expect(parseRetryAfter(value, NOW)).to.equal(wait);
    });
  }
});
