import { expect } from 'chai';
import fc from 'fast-check';
import { diffReadings } from '../../src/core/diff.ts';
import { readLicenseRecord } from '../../src/core/license-record.ts';
import { DEFAULT_RULES } from '../../src/core/license.ts';
import type { Reading } from '../../src/core/observation.ts';
import type { TenantId } from '../../src/core/tenant.ts';
import { createBreather, type Breather } from '../../src/sources/list/breather.ts';
import { decodeList } from '../../src/sources/list/decode-list.ts';
import {
  readingOf,
  type Decoded,
  type Listing,
  type ReadRecord,
} from '../../src/sources/list/listing.ts';

const TENANTS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
const READ: ReadRecord = (record) => readLicenseRecord(record, DEFAULT_RULES, 0);
const NEVER: Breather = { isDue: () => false, breathe: () => Promise.resolve() };

describe('decodeList', () => {
  for (const [shape, text] of [
    ['an array', '[{"id":"a"},{"id":"b"}]'],
    ['an object with tenants', '{"total":2,"tenants":[{"id":"a"},{"id":"b"}],"next":null}'],
    ['an object with licenses', ' {"licenses" : [ {"id":"a"} , {"id":"b"} ] } '],
    ['an array after a byte order mark', '\ufeff[{"id":"a"},{"id":"b"}]'],
    ['an object after a byte order mark', '\ufeff{"tenants":[{"id":"a"},{"id":"b"}]}'],
    [
      'tenants after members that look like it',
      '{"a":{"tenants":[1]},"b":"\\"tenants\\":[","tenants":[{"id":"a"},{"id":"b"}]}',
    ],
  ] as const) {
    it(`reads ${shape}`, async () => {
      const { changes, missing } = await decode(text);
      expect([...changes.keys()]).to.deep.equal(['a', 'b']);
      expect(missing).to.deep.equal([]);
    });
  }

  for (const [what, text, problem] of [
    ['an empty answer', '', /holds no list/],
    ['a page', '<html><body>Bad gateway', /begins with "<html><body>Bad gateway"/],
    ['an empty array', '[]', /^answer is an empty list$/],
    ['an empty list', '{"tenants":[]}', /^answer is an empty list$/],
    ['an object without a list', '{"message":"pong"}', /allowed is an array, or an object/],
    ['a list that is none', '{"tenants":{"a":{"id":"a"}}}', /holds no list/],
    ['two lists', '{"tenants":[{"id":"a"}],"licenses":[]}', /both tenants and licenses/],
    [
      'two lists in the other order',
      '{"licenses":[],"tenants":[{"id":"a"}]}',
      /both tenants and licenses/,
    ],
    [
      'a page',
      '{"tenants":[{"id":"a"}],"has_more":true}',
      /^answer is not the whole list: has_more is true$/,
    ],
    [
      'a page that says so first',
      '{"total":2,"tenants":[{"id":"a"}]}',
      /total is 2, and 1 are here$/,
    ],
    ['an empty page', '{"tenants":[],"next":"x"}', /not the whole list: next is given$/],
    ['an answer that is cut off', '[{"id":"a"},{"id":"b"', /ends in the middle/],
    [
      'a list that is cut off after an element',
      '[{"id":"a"}',
      /line 1, column 12: expected , or \]$/,
    ],
    ['an envelope that is cut off', '{"tenants":[{"id":"a"}]', /line 1, column 24: Expected/],
    ['something after the list', '[{"id":"a"}]]', /JSON/],
    [
      'a record that is not JSON',
      '[{"id":"a"},{"id":b}]',
      /: line 1, column 13: Unexpected token 'b'/,
    ],
    [
      'a record that is not JSON in the middle of many lines',
      '[\n{"id":"ä"}, {"id":"b",\n"x": 1 "name":"a name of some length"}]',
      /: line 3, column 8: Expected ',' or '}' after property value$/,
    ],
    [
      'a member behind the list that is not JSON',
      '{"v":"ä","tenants":[{"id":"a"}],\n"version of it": 1, "x" 2, "y": "of some length"}',
      /: line 2, column 25: (?:Une|E)xpected /,
    ],
    ['a comma too many', '[{"id":"a"},]', /JSON/],
    ['brackets that do not match', '[{"id":"a"},{"id":["b"}]]', /line 1, column 23: Expected/],
    ['a member that is not JSON', '{"x":nope,"tenants":[{"id":"a"}]}', /JSON/],
  ] as const) {
    it(`refuses ${what} whole`, async () => {
      const decoded = await decodeList(Buffer.from(text), undefined, NEVER, READ);
      expect(decoded.ok).to.equal(false);
      expect(!decoded.ok && decoded.problem).to.match(problem);
    });
  }

  it('refuses what is not UTF-8', async () => {
    const decoded = await decodeList(
      Buffer.from('[{"id":"\xe9"}]', 'latin1'),
      undefined,
      NEVER,
      READ,
    );
    expect(decoded).to.deep.equal({ ok: false, problem: "answer can't be read: it is not UTF-8" });
  });

  it('bears a record of any depth', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const decoded = await decode(`[{"id":"a","period_start":${deep}},{"id":"b"}]`);
    expect(kindsOf(decoded)).to.deep.equal({ a: 'unreadable', b: 'license' });
  });

  it('calls a bad record unreadable for its tenant', async () => {
    const { changes, listing } = await decode('[{"id":"a","period_end":"soon"},{"id":"b"}]');
    expect(changes.get('a')).to.deep.equal({
      kind: 'unreadable',
      problem: 'record period_end is "soon", allowed is a date like 2027-01-31T00:00:00Z',
    });
    expect(changes.get('b')).to.have.property('kind', 'license');
    expect(listing.nameless).to.equal(undefined);
  });

  it('tells of the first element that has no id', async () => {
    const { changes, listing } = await decode('[{"id":"a"},{"name":"B"},7]');
    expect([...changes.keys()]).to.deep.equal(['a']);
    expect(listing.nameless).to.equal(
      'element 2 of the list: record id is undefined, allowed is a string',
    );
  });

  it('tells of the first element whose id is that of another, for it may be anybody else', async () => {
    const { listing } = await decode('[{"id":"a"},{"id":"b"},{"id":"a"},{"id":"b"}]');
    expect(listing.nameless).to.equal('element 3 of the list: its id is that of element 1 too');
  });

  it('calls a tenant unreadable that is listed twice, until it is not', async () => {
    const twice = await decode('[{"id":"a"},{"id":"b"},{"id":"a"}]');
    expect(kindsOf(twice)).to.deep.equal({ a: 'unreadable', b: 'license' });
    const once = await decode('[{"id":"a"},{"id":"b"}]', twice.listing);
    expect(kindsOf(once)).to.deep.equal({ a: 'license' });
    const again = await decode('[{"id":"a"},{"id":"b"},{"id":"a"}]', once.listing);
    expect(kindsOf(again)).to.deep.equal({ a: 'unreadable' });
    const still = await decode('[{"id":"b"},{"id":"a"},{"id":"a"}]', again.listing);
    expect(kindsOf(still)).to.deep.equal({});
  });

  it('gives nothing but what changed', async () => {
    const before = await decode('[{"id":"a"},{"id":"b"},{"id":"c"}]');
    const after = await decode(
      '[{"id":"b"},{"id":"c","status":"revoked"},{"id":"d"}]',
      before.listing,
    );
    expect(kindsOf(after)).to.deep.equal({ c: 'license', d: 'license' });
    expect(after.missing).to.deep.equal(['a']);
  });

  it('gives nothing where only the spelling changed', async () => {
    const before = await decode('[{"id":"a","services":["x"]},{"id":"b"}]');
    const after = await decode(
      '{"tenants":[ {"services":["x"],"id":"\\u0061"},{"id":"b"} ]}',
      before.listing,
    );
    expect(kindsOf(after)).to.deep.equal({});
    expect(after.missing).to.deep.equal([]);
  });

  it('keeps the listing itself where the bytes are the same', async () => {
    const before = await decode('[{"id":"a"},{"id":"b"}]');
    const after = await decode('[{"id":"a"},{"id":"b"}]', before.listing);
    expect(after.listing).to.equal(before.listing);
    expect(kindsOf(after)).to.deep.equal({});
  });

  it('keeps the license object of an element that stands again', async () => {
    const before = await decode('[{"id":"a"},{"id":"b"}]');
    const after = await decode('[{"id":"x"},{"id":"a"},{"id":"b"}]', before.listing);
    expect(readingOf(after.listing, 'b')).to.equal(readingOf(before.listing, 'b'));
  });

  it('finds its place again after an element that is new, gone or different', async () => {
    const before = await decode('[{"id":"a"},{"id":"b"},{"id":"c"},{"id":"d"},{"id":"e"}]');
    for (const list of [
      '[{"id":"x"},{"id":"a"},{"id":"b"},{"id":"d"},{"id":"e"}]',
      '[{"id":"d"},{"id":"e"}]',
      '[{"id":"a"},{"id":"b","name":"B"},{"id":"d","name":"D"},{"id":"e"}]',
      '[{"id":"a"},7,{"id":"c"},{"id":"d"},{"id":"e"}]',
    ]) {
      const { listing } = await decode(list, before.listing);
      expect(readingOf(listing, 'e'), list).to.equal(readingOf(before.listing, 'e'));
    }
  });

  it('finds what anybody would find who reads both lists from scratch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(records, { minLength: 1, maxLength: 6 }), async (answers) => {
        let last: Listing | undefined;
        for (const answer of answers) {
          const decoded = await decode(JSON.stringify(answer), last);
          const fresh = await decode(JSON.stringify(answer));
          const before = last === undefined ? new Map<TenantId, Reading>() : contentOf(last);
          const expected = diffReadings(before, contentOf(fresh.listing));
          const found = new Map(decoded.changes);
          for (const tenant of decoded.missing) found.set(tenant, { kind: 'silent' });
          expect(sorted(found)).to.deep.equal(sorted(expected));
          expect(decoded.listing.nameless).to.equal(fresh.listing.nameless);
          last = decoded.listing;
        }
      }),
    );
  });

  it('reads a record anew whose status is not known, until it is over', async () => {
    const end = '2027-01-31T00:00:00Z';
    const bytes = Buffer.from(`[{"id":"a","status":"frosty","period_end":"${end}"},{"id":"b"}]`);
    const at = async (now: number, last?: Listing): Promise<Decoded> => {
      const read: ReadRecord = (record) => readLicenseRecord(record, DEFAULT_RULES, now);
      const decoded = await decodeList(bytes, last, NEVER, read);
      if (!decoded.ok) throw new Error(decoded.problem);
      return decoded.value;
    };
    const before = await at(Date.parse(end) - 1);
    expect(kindsOf(before)).to.deep.equal({ a: 'unreadable', b: 'license' });
    const still = await at(Date.parse(end) - 1, before.listing);
    expect(kindsOf(still)).to.deep.equal({});
    const over = await at(Date.parse(end), still.listing);
    expect(kindsOf(over)).to.deep.equal({ a: 'license' });
    expect((await at(Date.parse(end), over.listing)).listing).to.equal(over.listing);
  });

  it('gives the event loop back while it reads', async () => {
    const list = Array.from({ length: 20_000 }, (_, index) => ({ id: `tenant-${index}` }));
    let breaths = 0;
    const breather = createBreather(new AbortController().signal, 1);
    const counting: Breather = {
      isDue: () => breather.isDue(),
      breathe: async () => {
        breaths++;
        await breather.breathe();
      },
    };
    await decodeList(Buffer.from(JSON.stringify(list)), undefined, counting, READ);
    expect(breaths).to.be.greaterThan(1);
  });

  it('stops when nobody waits for it any more', async () => {
    const controller = new AbortController();
    const due: Breather = { ...createBreather(controller.signal), isDue: () => true };
    const list = Array.from({ length: 100 }, (_, index) => ({ id: `tenant-${index}` }));
    const reading = decodeList(Buffer.from(JSON.stringify(list)), undefined, due, READ);
    controller.abort();
    expect((await reading).ok).to.equal(false);
  });
});

/** Lists that have much in common with one another, with bad, nameless and repeated records among them. */
const records = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ id: fc.constantFrom(...TENANTS) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        id: fc.constantFrom(...TENANTS),
        status: fc.constantFrom('active', 'revoked', 'nonsense'),
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom({ name: 'nobody' }, 7, 'x', null, [1, [2]]) },
  ),
  { minLength: 1, maxLength: 12 },
);

async function decode(text: string, last?: Listing): Promise<Decoded> {
  const decoded = await decodeList(Buffer.from(text), last, NEVER, READ);
  if (!decoded.ok) throw new Error(decoded.problem);
  return decoded.value;
}

function kindsOf({ changes }: Decoded): Record<TenantId, string> {
  return Object.fromEntries([...changes].map(([tenant, { kind }]) => [tenant, kind]));
}

function contentOf(listing: Listing): Map<TenantId, Reading> {
  const tenants = [...listing.places.keys()];
  return new Map(tenants.map((tenant) => [tenant, readingOf(listing, tenant)!]));
}

function sorted(readings: ReadonlyMap<TenantId, Reading>): [TenantId, Reading][] {
  return [...readings].sort(([a], [b]) => (a < b ? -1 : 1));
}
