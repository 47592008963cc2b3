import { expect } from 'chai';
import { said, tells } from './stage.ts';

describe('validating an overrides file', () => {
  it('says what is overridden', () => {
    const text = `overrides:
  tenant-a: { licensed: true, until: 2027-01-31T00:00:00Z, reason: late }
  tenant-b: { licensed: false }
  tenant-c: { replicas: 4 }
`;
    expect(said({ 'o.yaml': text })).to.deep.equal([
      'o.yaml: overrides file, 3 tenants: 1 licensed, 1 unlicensed, 1 about replicas alone',
    ]);
    expect(said({ 'o.yaml': 'overrides: {}' })).to.deep.equal([
      'o.yaml: overrides file, 0 tenants',
    ]);
  });

  it('takes ids for texts that are the same number', () => {
    const text = 'overrides:\n  7: { licensed: true }\n  007: { licensed: false }\n';
    expect(said({ 'o.yaml': text })).to.deep.equal([
      'o.yaml: overrides file, 2 tenants: 1 licensed, 1 unlicensed',
    ]);
  });

  it('notes an override that is over, which is no error', () => {
    const text = 'overrides:\n  a:\n    licensed: true\n    until: 2026-11-22T00:00:00Z\n';
    expect(said({ 'o.yaml': text })).to.deep.equal([
      'o.yaml:4:5: note a: ended 2026-11-22T00:00:00Z and says nothing any more: take it out, or give a later until',
      'o.yaml: overrides file, 1 tenant: 1 ended',
    ]);
  });

  tells([
    {
      title: 'everything that is wrong with an entry',
      text: 'overrides:\n  a:\n    licenced: true\n    replicas: 0\n    until: soon\n  b: {}\n  c: yes\n',
      says: [
        'file.yaml:3:5: error a: has the key "licenced", allowed are licensed, replicas, until, reason',
        'file.yaml:4:5: error a: replicas is 0',
        'file.yaml:5:5: error a: until is "soon"',
        'file.yaml:6:3: error b: says nothing: give licensed, replicas or both',
        'file.yaml:7:3: error c: is "yes", allowed is an object',
      ],
    },
    {
      title: 'a key that holds what was not meant as a part of it',
      text: 'overrides:\n  a#old: { licensed: true }\n',
      says: [
        'file.yaml: error: a key of overrides (line 2) is "a#old": put a space after the colon, or the id in quotes if it is meant so',
      ],
    },
    {
      title: 'an id that is none',
      text: 'overrides:\n  ..: { licensed: true }\n',
      says: ['file.yaml:2:3: error ".."'],
    },
    {
      title: 'the same tenant twice',
      text: 'overrides:\n  a: { licensed: true }\n  a: { licensed: false }\n',
      says: ['file.yaml:3:3: error a: overrides.a comes again (line 3)'],
    },
    {
      title: 'another key at the top',
      as: 'overrides',
      text: 'override: {}\n',
      says: ['error: it has the key "override", allowed is overrides'],
    },
    {
      title: 'nothing behind the key',
      text: '# none\noverrides:\n',
      says: ['file.yaml:2:1: error: overrides is null, allowed is overrides, with an object'],
    },
  ]);

  it('warns of what looks like a pattern, and lets no strange key hide an entry', () => {
    const text = `override: {}
overrides:
  acme-*: { licensed: true }
  tenant-b: { licensed: maybe }
more: 1
`;
    expect(said({ 'o.yaml': text })).to.deep.equal([
      'o.yaml:1:1: error: it has the key "override", allowed is overrides, with an object by tenant, or {} for none',
      'o.yaml:3:3: warning "acme-*": is no pattern, for ids are compared letter by letter: name each tenant',
      'o.yaml:4:15: error tenant-b: licensed is "maybe", allowed are true and false',
      'o.yaml:5:1: error: it has the key "more", allowed is overrides, with an object by tenant, or {} for none',
    ]);
  });
});
