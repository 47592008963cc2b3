import { expect } from 'chai';
import fc from 'fast-check';
import { VersionedMap } from '../../src/core/versioned-map.ts';
import { collectGarbage } from '../helpers/collect-garbage.ts';

interface Value {
  readonly number: number;
}

/** One edit of one version: what is put, key by key; undefined takes the key out. */
const edit = fc.record({
  /** Which of the versions so far is edited: 0 is the newest. */
  back: fc.constantFrom(0, 0, 0, 1, 2, 5),
  puts: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.option(fc.nat(9))), {
    maxLength: 5,
  }),
});

describe('VersionedMap', () => {
  it('has versions that stay what they were, whichever is edited', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
        const versions = [VersionedMap.of<string, Value>([['a', { number: 0 }]])];
        const expected = [new Map<string, Value>([['a', { number: 0 }]])];
        for (const { back, puts } of edits) {
          const index = Math.max(versions.length - 1 - back, 0);
          const draft = versions[index]!.edit();
          const copy = new Map(expected[index]);
          for (const [key, number] of puts) {
            draft.put(key, number === null ? undefined : { number });
            if (number === null) copy.delete(key);
            else copy.set(key, { number });
            expect(draft.get(key)).to.deep.equal(copy.get(key));
            expect(draft.size).to.equal(copy.size);
          }
          versions.push(draft.close());
          expected.push(copy);
        }
        versions.forEach((version, index) => {
          const model = expected[index]!;
          expect(new Map(version)).to.deep.equal(model);
          expect(version.size).to.equal(model.size);
          for (const key of ['a', 'b', 'c', 'd']) {
            expect(version.get(key)).to.deep.equal(model.get(key));
          }
        });
      }),
    );
  });

  it('is the same version where nothing was changed', () => {
    const value = { number: 1 };
    const version = VersionedMap.of([['a', value]]);
    const draft = version.edit();
    draft.put('a', value);
    draft.put('b', undefined);
    expect(draft.close()).to.equal(version);
  });

  it('holds the values themselves in every version', () => {
    const entries = Array.from({ length: 1000 }, (_, n) => [`k${n}`, { number: n }] as const);
    const first = VersionedMap.of(entries);
    const draft = first.edit();
    draft.put('k7', { number: -7 });
    const second = draft.close();
    // The values themselves, not copies of them.
    expect(second.get('k8')).to.equal(first.get('k8'));
    expect(second.get('k7')).to.deep.equal({ number: -7 });
    expect(first.get('k7')).to.deep.equal({ number: 7 });
  });

  it('keeps little alive for whoever holds an old version, however much changes since', async () => {
    const first = VersionedMap.of([['a', { number: 0 }]]);
    const { last, passing } = changeOften(first);
    await collectGarbage();
    expect(passing.deref()).to.equal(undefined);
    expect(first.get('a')).to.deep.equal({ number: 0 });
    expect(last.get('a')).to.deep.equal({ number: 4_999 });
  });
});

/** Gives a key 4,999 values after one another; `passing` is one of them. */
function changeOften(first: VersionedMap<string, Value>) {
  let last = first;
  let passing = new WeakRef<Value>({ number: 0 });
  for (let number = 1; number < 5_000; number++) {
    const value = { number };
    last = put(last, value);
    if (number === 2_000) passing = new WeakRef(value);
  }
  return { last, passing };
}

function put(map: VersionedMap<string, Value>, value: Value): VersionedMap<string, Value> {
  const draft = map.edit();
  draft.put('a', value);
  return draft.close();
}
