import { expect } from 'chai';
import type { Reading } from '../../src/core/observation.ts';
import { decodeOverrides } from '../../src/sources/file/decode-overrides.ts';
import { override } from '../helpers/facts.ts';

function readings(text: string): Record<string, unknown> {
  const decoded = decodeOverrides(Buffer.from(text));
  if (!decoded.ok) throw new Error(decoded.problem);
  expect(decoded.value.unnamed).to.deep.equal([]);
  return Object.fromEntries(decoded.value.readings);
}

function problem(text: string): string | undefined {
  const decoded = decodeOverrides(Buffer.from(text));
  return decoded.ok ? undefined : decoded.problem;
}

const ALLOWED = 'allowed is overrides, with an object by tenant, or {} for none';

describe('decodeOverrides', () => {
  const paid: Reading = {
    kind: 'override',
    override: override({
      licensed: true,
      replicas: 4,
      until: Date.UTC(2027, 0, 31),
      reason: 'invoice paid',
    }),
  };

  it('reads an override in YAML and in JSON', () => {
    const yaml = `overrides:
  tenant-b:
    licensed: true
    replicas: 4
    until: 2027-01-31T00:00:00Z # a Sunday
    reason: invoice paid
`;
    const json =
      '{"overrides":{"tenant-b":{"licensed":true,"replicas":4,"until":"2027-01-31T00:00:00Z","reason":"invoice paid"}}}';
    expect(readings(yaml)).to.deep.equal({ 'tenant-b': paid });
    expect(readings(json)).to.deep.equal({ 'tenant-b': paid });
  });

  it('keeps an override that has ended: that is for others to see', () => {
    const text = 'overrides: { a: { licensed: true, until: 2001-01-01T00:00:00Z } }';
    expect(readings(text)).to.have.nested.property('a.kind', 'override');
  });

  it('reads that there are none', () => {
    expect(readings('overrides: {}')).to.deep.equal({});
  });

  it('takes every key for the text that is written, whatever YAML makes of it elsewhere', () => {
    const keys = [
      ...['123', '007', '0x1f', '0o17', '0b11', '1e3', '1E3', '1.10', '1_000', '-1', '+1', '.5'],
      ...['12345678901234567890', '1.234567e+06', 'true', 'False', 'yes', 'null', '~', '.inf'],
      ...['2027-01-31', '2027-01-31T00:00:00Z', '12:30:45', 'acme:eu', 'acme inc', 'on'],
    ];
    const block = keys.map((key) => `  ${key}: { licensed: true }`).join('\n');
    const flow = keys.map((key) => `${key}: { licensed: true }`).join(', ');
    const json = JSON.stringify({
      overrides: Object.fromEntries(keys.map((key) => [key, { licensed: true }])),
    });
    for (const text of [`overrides:\n${block}`, `overrides: { ${flow} }`, json]) {
      expect(Object.keys(readings(text)), text).to.have.members(keys);
    }
  });

  it('tells ids apart that are the same number', () => {
    expect(
      readings('overrides: { 7: { licensed: true }, 007: { licensed: false } }'),
    ).to.deep.equal({
      '7': { kind: 'override', override: override({ licensed: true }) },
      '007': { kind: 'override', override: override({ licensed: false }) },
    });
  });

  it('takes a key in quotes as it is, and a comment for none', () => {
    const text = `overrides: { "t-a#1": { licensed: true }, t-b: { licensed: true } # t-c: x
  , '"t-d"': { licensed: true } }`;
    expect(readings(text)).to.have.all.keys('t-a#1', 't-b', '"t-d"');
  });

  for (const [what, entry, expected] of [
    ['a space left out', 't-a:{ licensed: true }', /is "t-a:{ licensed": put a space after/],
    ['a no-break space', 't-a:\u00a0{ licensed: true }', /is "t-a:\\u00a0{ licensed": put a space/],
    ['a short form without a space', 't-a:licensed: true', /is "t-a:licensed": put a space/],
    ['a comment without a space', 't-a#old: { licensed: true }', /is "t-a#old": /],
    ['a list of ids', 't-a, t-b: { licensed: true }', /is "t-a, t-b": /],
    ['printed quotes', '“t-a”: { licensed: true }', /is "“t-a”": /],
    ['printed single quotes', '‘t-a’: { licensed: true }', /is "‘t-a’": /],
    ['a merge key', '<<: { licensed: true }', /is "<<": /],
    ['no id', '"": { licensed: true }', /is empty, allowed are 1 to 253 characters/],
    ['a list as its key', '? [t-a]\n  : { licensed: true }', /is a list or an object, allowed is/],
    ['an id that is too long', `${'x'.repeat(254)}: { licensed: true }`, /has 254 characters/],
  ] as const) {
    it(`can’t tell whose an entry is with ${what}, and reads the others`, () => {
      const decoded = decodeOverrides(
        Buffer.from(`overrides:\n  ${entry}\n  t-z: { licensed: true }\n`),
      );
      if (!decoded.ok) throw new Error(decoded.problem);
      const { readings: read, unnamed } = decoded.value;
      expect(Object.fromEntries(read)).to.have.all.keys('t-z');
      expect(read.get('t-z')).to.have.property('kind', 'override');
      expect(unnamed).to.have.length(1);
      expect(unnamed[0])
        .to.match(/^a key of overrides \(line 2\) /)
        .and.to.match(expected);
    });
  }

  it('tells of every entry that is wrong, each with its line', () => {
    const decoded = decodeOverrides(
      Buffer.from('overrides:\n  t-a:{ licensed: true }\n  "": {}\n  t-b: yes\n  t-c: {}\n'),
    );
    if (!decoded.ok) throw new Error(decoded.problem);
    expect(decoded.value.unnamed).to.have.length(2);
    expect(
      [...decoded.value.readings].map(([tenant, { kind }]) => `${tenant} ${kind}`),
    ).to.have.members(['t-b unreadable', 't-c unreadable']);
  });

  it('calls a tenant unreadable that is named twice, and none but it', () => {
    expect(
      readings(
        'overrides:\n  a: { licensed: true }\n  b: { licensed: true }\n  a: { licensed: true }',
      ),
    ).to.deep.equal({
      a: { kind: 'unreadable', problem: 'overrides.a comes again (line 4)' },
      b: { kind: 'override', override: override({ licensed: true }) },
    });
  });

  it('calls an entry unreadable that says something twice', () => {
    expect(readings('overrides:\n  a: { licensed: true, licensed: false }')).to.deep.equal({
      a: {
        kind: 'unreadable',
        problem: 'overrides.a (line 2): the key licensed comes again in line 2',
      },
    });
  });

  it('finds an entry inside another one that is indented too far', () => {
    const text = 'overrides:\n  a:\n    licensed: true\n    b:\n      licensed: true\n';
    expect(readings(text)).to.have.nested.property('a.kind', 'unreadable');
    expect(readings(text)).to.have.deep.property('b', {
      kind: 'unreadable',
      problem: 'overrides.b (line 4) is inside another entry: indent it less',
    });
  });

  it('calls an entry unreadable that can not be understood, and says where it is', () => {
    const text = `overrides:
  a: { licensed: yes }

  b: { licensed: true }
  c:
    licenced: true
  d:
`;
    const { b, ...others } = readings(text);
    expect(b).to.have.property('kind', 'override');
    expect(others).to.deep.equal({
      a: {
        kind: 'unreadable',
        problem: 'overrides.a (line 2) licensed is "yes", allowed are true and false',
      },
      c: {
        kind: 'unreadable',
        problem:
          'overrides.c (line 5) has the key "licenced", allowed are licensed, replicas, until, reason',
      },
      d: { kind: 'unreadable', problem: 'overrides.d (line 7) is null, allowed is an object' },
    });
  });

  for (const [what, text, expected] of [
    ['is empty', '', `it is empty: ${ALLOWED}`],
    ['holds nothing but comments', '# none\n', `it holds nothing but comments: ${ALLOWED}`],
    ['holds nothing under overrides', 'overrides:\n', `overrides (line 1) is null, ${ALLOWED}`],
    ['holds a list', 'overrides: [a]', `overrides (line 1) is ["a"], ${ALLOWED}`],
    ['holds a text', 'tenant-b', `it holds "tenant-b", ${ALLOWED}`],
    ['holds an empty object', '{}', `overrides is missing, ${ALLOWED}`],
    [
      'has a misspelled key',
      '# ours\noverides: {}',
      `it has the key "overides" (line 2), ${ALLOWED}`,
    ],
    [
      'has another key',
      'overrides: {}\ntenants: []',
      `it has the key "tenants" (line 2), ${ALLOWED}`,
    ],
    [
      'has misspelled keys',
      'overides: {}\noverrride: {}',
      `it has the key "overides" (line 1), "overrride" (line 2), ${ALLOWED}`,
    ],
    [
      'has overrides twice',
      'overrides: {}\noverrides: {}',
      'the key overrides comes again in line 2',
    ],
    ['ends too soon', '{"overrides":{"a":', 'line 1, column 19: the text ends before } or ]'],
    [
      'does not indent the last bracket',
      'overrides: {\n  a: { licensed: true }\n}',
      'line 3, column 1: between { and } or [ and ] each line must be indented, also the one with the last bracket',
    ],
    [
      'has a tab',
      'overrides:\n\ta: { licensed: true }',
      'line 2, column 1: indent with spaces, not with tabs',
    ],
    [
      'has a comment right behind a comma',
      'overrides: {a: {licensed: true},#b\n  }',
      'line 1, column 33: a comma is missing, or a space before #',
    ],
    [
      'has an alias',
      'overrides: { a: &x { licensed: true }, b: *x }',
      'line 1, column 44: aliases are not allowed',
    ],
    [
      'has a tag',
      'overrides: { a: !include other.yaml }',
      'line 1, column 26: the tag !include is not allowed',
    ],
    [
      'has two documents',
      'overrides: {}\n---\noverrides: {}',
      'it holds more than one document, allowed is one',
    ],
  ] as const) {
    it(`finds a problem with a file that ${what}`, () => {
      expect(problem(text)).to.equal(expected);
    });
  }
});
