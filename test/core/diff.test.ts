import { expect } from 'chai';
import fc from 'fast-check';
import { diffReadings, sameReading, withAbsences, type Readings } from '../../src/core/diff.ts';
import type { Reading } from '../../src/core/observation.ts';
import { ABSENT, SILENT, licensed, overridden, unreadable } from '../helpers/facts.ts';

const KINDS: readonly (() => Reading)[] = [
  () => licensed(),
  () => licensed({ replicas: 3 }),
  () => overridden({ licensed: true }),
  () => overridden({ licensed: false }),
  () => ({ kind: 'absent', proven: true }),
  () => ({ kind: 'silent' }),
  () => unreadable('bad'),
  () => unreadable('worse'),
];

const tenant = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const said = fc.constantFrom(...KINDS.slice(0, 5), ...KINDS.slice(6)).map((make) => make());
const answers = fc.array(fc.tuple(tenant, said)).map((entries): Readings => new Map(entries));

function applied(before: Readings, changes: Readings): Readings {
  const after = new Map([...before, ...changes]);
  for (const [id, { kind }] of changes) if (kind === 'silent') after.delete(id);
  return after;
}

function sorted(readings: Readings): [string, Reading][] {
  return [...readings].sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('sameReading', () => {
  it('is true of two readings that say the same, and of no others', () => {
    KINDS.forEach((makeOne, one) => {
      KINDS.forEach((makeOther, other) => {
        expect(sameReading(makeOne(), makeOther())).to.equal(one === other);
      });
      const reading = makeOne();
      expect(sameReading(reading, reading)).to.equal(true);
    });
  });
});

describe('diffReadings', () => {
  it('tells what is new, what is different and what is gone', () => {
    const before = new Map<string, Reading>([
      ['a', licensed()],
      ['b', ABSENT],
      ['c', licensed()],
    ]);
    const after = new Map<string, Reading>([
      ['a', licensed()],
      ['c', licensed({ replicas: 3 })],
      ['d', ABSENT],
    ]);
    expect([...diffReadings(before, after)]).to.deep.equal([
      ['c', licensed({ replicas: 3 })],
      ['d', ABSENT],
      ['b', SILENT],
    ]);
  });

  it('makes the second answer out of the first', () => {
    fc.assert(
      fc.property(answers, answers, (before, after) => {
        const made = applied(before, diffReadings(before, after));
        expect(sorted(made)).to.deep.equal(sorted(after));
      }),
    );
  });

  it('is empty where both say the same', () => {
    fc.assert(
      fc.property(answers, (before) => diffReadings(before, structuredClone(before)).size === 0),
    );
  });

  it('names nothing that is the same', () => {
    fc.assert(
      fc.property(answers, answers, (before, after) =>
        [...diffReadings(before, after)].every(([id, reading]) => {
          const was = before.get(id);
          return was === undefined || !sameReading(was, reading);
        }),
      ),
    );
  });
});

describe('withAbsences', () => {
  const before = new Map<string, Reading>([
    ['listed-still', licensed()],
    ['listed-before', licensed()],
    ['broken-before', unreadable()],
    ['absent-before', ABSENT],
    ['asked-and-absent-before', ABSENT],
  ]);
  const listed = new Map<string, Reading>([
    ['listed-still', licensed()],
    ['listed-now', unreadable()],
  ]);
  const complete = withAbsences(listed, before, ['asked', 'asked-and-absent-before', 'listed-now']);

  const cases: readonly (readonly [string, Reading | undefined])[] = [
    ['listed-still', licensed()],
    ['listed-now', unreadable()],
    ['listed-before', ABSENT],
    ['broken-before', ABSENT],
    ['absent-before', undefined],
    ['asked-and-absent-before', ABSENT],
    ['asked', ABSENT],
  ];
  for (const [id, expected] of cases) {
    it(`says ${expected?.kind ?? 'nothing'} of a tenant ${id}`, () => {
      expect(complete.get(id)).to.deep.equal(expected);
    });
  }

  it('changes neither of the lists', () => {
    expect(listed.size).to.equal(2);
    expect(before.size).to.equal(5);
  });

  it('never drops a listed tenant, and leaves none out that is asked about', () => {
    fc.assert(
      fc.property(answers, answers, fc.array(tenant), (was, is, asked) => {
        const all = withAbsences(is, was, asked);
        for (const [id, reading] of is) expect(all.get(id)).to.equal(reading);
        for (const id of asked) expect(all.has(id)).to.equal(true);
        for (const [id, { kind }] of all) if (!is.has(id)) expect(kind).to.equal('absent');
      }),
    );
  });

  it('says of a tenant that is gone that it is absent, once', () => {
    const gone = withAbsences(new Map(), new Map([['a', licensed()]]), []);
    expect([...gone]).to.deep.equal([['a', ABSENT]]);
    expect(withAbsences(new Map(), gone, []).size).to.equal(0);
  });
});
