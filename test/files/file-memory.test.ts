import { expect } from 'chai';
import { FileMemory, type FileLook } from '../../src/files/file-memory.ts';
import type { FileReading } from '../../src/files/read-file.ts';

let changes = 0;

function reading(text: string, swapped = false): FileReading {
  const bytes = Buffer.from(text);
  const modifiedAt = ++changes;
  const stamp = { file: '1:1', size: bytes.length, modifiedAt, changedAt: modifiedAt };
  return { kind: 'content', bytes, stamp, swapped, at: changes };
}

const isCut = (look: FileLook) => look.kind === 'content' && look.cut;

/** Which of the contents are taken for cut, one after the other. */
function cuts(...texts: readonly string[]): boolean[] {
  const memory = new FileMemory();
  return texts.map((text) => isCut(memory.take(reading(text)).look));
}

const WHOLE = 'a: 1\nb: 2\nc: 3\n';

describe('FileMemory', () => {
  for (const [what, texts, expected] of [
    ['the first content, however it ends', ['a: 1'], [false]],
    ['a content that ends with a line break', [WHOLE, 'a: 1\n'], [false, false]],
    ['a content that is longer', [WHOLE, `${WHOLE}d: 4`], [false, false]],
    ['JSON', ['{"a":1,"b":2}', '{"a":1}'], [false, false]],
    ['no overrides', [WHOLE, 'overrides: {}'], [false, false]],
    ['a list in brackets', [WHOLE, '# ours\n\ntenants: [a]'], [false, false]],
  ] as const) {
    it(`takes for whole ${what}`, () => {
      expect(cuts(...texts)).to.deep.equal(expected);
    });
  }

  it('takes for cut what is shorter and ends within a line, until it is whole', () => {
    expect(cuts(WHOLE, '', 'a: 1', 'a: 1', 'x:\n  b: {}', 'a: 1\nb: 2\n')).to.deep.equal([
      false,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('trusts what stays cut where no break was there before, and compares what comes then with it', () => {
    const memory = new FileMemory();
    memory.take(reading(WHOLE.trimEnd()));
    memory.take(reading('a: 1'));
    memory.trust();
    expect(isCut(memory.take(reading('a: 1')).look)).to.equal(false);
    expect(isCut(memory.take(reading('a: 2')).look)).to.equal(false);
    expect(isCut(memory.take(reading('a')).look)).to.equal(true);
  });

  it('never trusts what has lost its last line break, for whoever wrote it may have died', () => {
    const memory = new FileMemory();
    memory.take(reading(WHOLE));
    memory.take(reading('a: 1'));
    memory.trust();
    expect(isCut(memory.take(reading('a: 1')).look)).to.equal(true);
    expect(isCut(memory.take(reading('a: 2')).look)).to.equal(true);
    expect(isCut(memory.take(reading('a: 2\n')).look)).to.equal(false);
  });

  it('never takes a volume that is replaced as a whole for cut', () => {
    const memory = new FileMemory();
    memory.take(reading(WHOLE, true));
    expect(isCut(memory.take(reading('a: 1', true)).look)).to.equal(false);
  });

  it('tells a change from the same, and forgets nothing while the file can not be read', () => {
    const memory = new FileMemory();
    const missing: FileReading = { kind: 'unreadable', reason: 'ENOENT', missing: true };
    const first = reading(WHOLE);
    const looks = [first, first, missing, reading(WHOLE), reading('a: 1\n')];
    expect(looks.map((each) => memory.take(each).hasChanged)).to.deep.equal([
      false,
      false,
      false,
      true,
      true,
    ]);
  });
});
