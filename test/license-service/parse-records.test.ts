import { expect } from 'chai';
import { parseRecords } from '../../src/license-service/parse-records.ts';

describe('parseRecords', () => {
  for (const [shape, text] of [
    ['an array in JSON', '[{"id":"a","period_end":"2030-01-01T00:00:00Z"},{"id":"b"}]'],
    ['tenants in JSON', '{"tenants":[{"id":"a","period_end":"2030-01-01T00:00:00Z"},{"id":"b"}]}'],
    ['an array in YAML', '- {id: a, period_end: 2030-01-01T00:00:00Z}\n- id: b\n'],
    ['tenants in YAML', 'tenants:\n  - id: a\n    period_end: 2030-01-01T00:00:00Z\n  - id: b\n'],
  ] as const) {
    it(`reads ${shape}`, () => {
      const records = parseRecords(Buffer.from(text));
      expect(records.ok && [...records.value]).to.deep.equal([
        ['a', { id: 'a', period_end: '2030-01-01T00:00:00Z' }],
        ['b', { id: 'b' }],
      ]);
    });
  }

  it('reads a list of nobody', () => {
    const records = parseRecords(Buffer.from('[]'));
    expect(records.ok && records.value.size).to.equal(0);
  });

  for (const [what, text, problem] of [
    ['an empty file', '', /can't be read/],
    ['half a file', '[{"id":"a"},', /can't be read: .*\(1:/],
    ['another alphabet', Buffer.from('[{"id":"\xe9"}]', 'latin1'), /can't be read/],
    ['an object without tenants', '{"licenses":[]}', /holds undefined, allowed is a list/],
    ['tenants by name', 'tenants: {a: {}}', /holds {"a":{}}, allowed is a list/],
    [
      'a tenant that is none',
      '[{"id":"a"},"b"]',
      /tenant 2 of the list is "b", allowed is an object/,
    ],
    ['a tenant without an id', '[{"ID":"a"}]', /id of tenant 1 of the list is undefined/],
    ['a tenant listed twice', '[{"id":"a"},{"id":"a"}]', /"a" is listed more than once/],
  ] as const) {
    it(`refuses ${what} whole`, () => {
      const records = parseRecords(Buffer.from(text));
      expect(!records.ok && records.problem).to.match(problem);
    });
  }
});
