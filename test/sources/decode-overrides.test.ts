import { expect } from 'chai';
import type { Reading } from '../../src/core/observation.ts';
import { decodeOverrides } from '../../src/sources/file/decode-overrides.ts';
import { override } from '../helpers/facts.ts';

function readings(text: string): Record<string, unknown> {
  const decoded = decodeOverrides(Buffer.from(text));
  if (!decoded.ok) throw new Error(decoded.problem);
  return Object.fromEntries(decoded.value);
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

  it('takes a number for a tenant’s id, as a namespace may be one', () => {
    expect(readings('overrides: { 123: { licensed: true } }')).to.have.keys('123');
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
    [
      'holds nothing but comments',
      '# none\n',
      `it can't be read as YAML: expected a document, but the input is empty: ${ALLOWED}`,
    ],
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
      'has a tenant twice',
      'overrides:\n  a: { licensed: true }\n  a: { licensed: false }',
      `line 3, column 3: duplicated mapping key: ${ALLOWED}`,
    ],
    [
      'names no tenant',
      'overrides:\n  "": { licensed: true }',
      'a tenant of overrides (line 2) is empty, allowed are 1 to 253 characters',
    ],
    [
      'ends too soon',
      '{"overrides":{"a":',
      `line 1, column 19: unexpected end of the stream within a flow collection: ${ALLOWED}`,
    ],
  ] as const) {
    it(`finds a problem with a file that ${what}`, () => {
      expect(problem(text)).to.equal(expected);
    });
  }
});
