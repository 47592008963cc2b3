import { expect } from 'chai';
import fc from 'fast-check';
import { CORE_SCHEMA, dump, load } from 'js-yaml';
import { parseYamlNodes } from '../../src/sources/file/yaml-node.ts';

const valueOf = (text: string): unknown => parseYamlNodes(text)[0]?.value;

describe('parseYamlNodes', () => {
  it('gives the values that the parser’s own loader gives', () => {
    const property = fc.property(fc.jsonValue(), (value) => {
      const text = dump(value);
      expect(valueOf(text)).to.deep.equal(load(text, { schema: CORE_SCHEMA }));
      expect(valueOf(JSON.stringify(value))).to.deep.equal(JSON.parse(JSON.stringify(value)));
    });
    fc.assert(property, { numRuns: 300, examples: [[null], [[]], [{}], [{ a: [{}] }]] });
  });

  for (const [text, value] of [
    ['a: 007', { a: 7 }],
    ['a: 0x1f', { a: 31 }],
    ['a: 1e3', { a: 1000 }],
    ['a: ~', { a: null }],
    ['a:', { a: null }],
    ['a: True', { a: true }],
    ['a: yes', { a: 'yes' }],
    ['a: 2027-01-31', { a: '2027-01-31' }],
    ['a: "007"', { a: '007' }],
    ['a: !!str 007', { a: '007' }],
    ['007: a', { '007': 'a' }],
    ['a: |\n  one\n  two\n', { a: 'one\ntwo\n' }],
    ['a: >-\n  one\n  two\n', { a: 'one two' }],
    ['&x a: &y b', { a: 'b' }],
  ] as const) {
    it(`reads ${JSON.stringify(text)}`, () => {
      expect(valueOf(text)).to.deep.equal(value);
    });
  }

  it('tells a scalar as it was written, and whether it stands without quotes', () => {
    const [root] = parseYamlNodes('a: 007\nb: "007"\nc: [1]\n');
    expect(root?.entries.map(({ value: { text, isPlain } }) => [text, isPlain])).to.deep.equal([
      ['007', true],
      ['007', false],
      [undefined, false],
    ]);
  });

  it('keeps both entries where a key comes twice, and tells of it wherever it is', () => {
    const [root] = parseYamlNodes('a:\n  - b: 1\n    b: 2\nc: 3\n');
    expect(root?.value).to.deep.equal({ a: [{ b: 1 }], c: 3 });
    expect(root?.flaw).to.equal(undefined);
    expect(root?.problem).to.equal('the key b comes again in line 3');
    const inner = root?.entries[0]?.value.items[0];
    expect(inner?.flaw).to.equal('the key b comes again in line 3');
    expect(inner?.entries.map(({ value }) => value.value)).to.deep.equal([1, 2]);
  });

  it('takes no list and no object for a key, and says so', () => {
    const [root] = parseYamlNodes('? [a]\n: 1');
    expect(root).to.deep.include({ value: {}, flaw: 'line 1: a key must be a text' });
  });

  it('reads __proto__ as an entry like any other', () => {
    expect(valueOf('__proto__: { a: 1 }'))
      .to.have.own.property('__proto__')
      .that.deep.equals({ a: 1 });
  });
});
