import { expect } from 'chai';
import fc from 'fast-check';
import { JsonElements, type Span } from '../../src/sources/list/json-elements.ts';

const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 });

/** A JSON array as text with white space anywhere that it may be, and its elements. */
const document = fc
  .tuple(fc.array(fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' })), fc.infiniteStream(space))
  .map(([values, spaces]) => {
    const gap = (): string => spaces.next().value as string;
    const loose = (value: unknown): string => {
      if (Array.isArray(value))
        return `[${gap()}${value.map(loose).join(`${gap()},${gap()}`)}${gap()}]`;
      if (typeof value !== 'object' || value === null) return JSON.stringify(value);
      const members = Object.entries(value).map(
        ([key, member]) => `${JSON.stringify(key)}${gap()}:${gap()}${loose(member)}`,
      );
      return `{${gap()}${members.join(`${gap()},${gap()}`)}${gap()}}`;
    };
    const texts = values.map((value) => gap() + loose(value) + gap());
    return `[${texts.length === 0 ? gap() : texts.join(',')}]`;
  });

describe('JsonElements', () => {
  it('slices any array into what JSON.parse finds in it', () => {
    fc.assert(
      fc.property(document, (text) => {
        expect(slicesOf(text).map((slice) => JSON.parse(slice) as unknown)).to.deep.equal(
          JSON.parse(text),
        );
      }),
    );
  });

  it('slices alike whatever is expected to stand there', () => {
    fc.assert(
      fc.property(document, document, (text, otherText) => {
        const other = Buffer.from(otherText);
        const expected = [...walk(other)];
        expect(slicesOf(text, expected, other)).to.deep.equal(slicesOf(text));
      }),
    );
  });

  it('recognizes an object where its bytes stand again', () => {
    const before = Buffer.from('[{"id":"a"},{"id":"b"}]');
    const [first] = walk(before);
    const elements = new JsonElements(Buffer.from('[ {"id":"a"} , {"id":"b"}]'), 1);
    expect(elements.next(first, before)).to.equal(true);
    expect(elements).to.include({ start: 2, end: 12, isExpected: true });
    expect(elements.next(first, before)).to.equal(true);
    expect(elements).to.include({ start: 15, end: 25, isExpected: false });
  });

  it('does not take the beginning of a number for the whole', () => {
    const before = Buffer.from('[1]');
    expect(slicesOf('[12]', [...walk(before)], before)).to.deep.equal(['12']);
  });

  it('stands at the closing bracket after the last element', () => {
    const elements = new JsonElements(Buffer.from('[1, 2 ] '), 1);
    while (elements.next());
    expect(elements.start).to.equal(6);
  });

  for (const text of [
    '[1 2]',
    '[{"id":"a"} {"id":"b"}]',
    '[{"id":',
    '["a',
    '["a\\"',
    '[1',
    '[{}',
  ]) {
    it(`refuses ${text}`, () => {
      expect(() => slicesOf(text)).to.throw(SyntaxError);
    });
  }
});

function* walk(bytes: Buffer, expected: readonly Span[] = [], source?: Buffer): Iterable<Span> {
  const elements = new JsonElements(bytes, 1);
  for (let index = 0; elements.next(expected[index], source); index++) {
    yield { start: elements.start, end: elements.end };
  }
}

function slicesOf(text: string, expected?: readonly Span[], source?: Buffer): string[] {
  const bytes = Buffer.from(text);
  return [...walk(bytes, expected, source)].map(({ start, end }) =>
    bytes.toString('utf8', start, end),
  );
}
