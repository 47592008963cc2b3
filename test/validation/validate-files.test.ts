import { expect } from 'chai';
import { toJson } from '../../src/cli/validation-report.ts';
import { validateFiles } from '../../src/validation/validate-files.ts';
import { said, tells } from './stage.ts';

describe('validating files', () => {
  it('tells all problems of all files', () => {
    const lines = said({
      'a.yaml': '- id: ""\n',
      'b.yaml': 'overrides: { a: {} }',
      'c.yaml': 'log: { level: loud }',
      'd.yaml': '- id: d\n',
    });
    expect(lines.map((line) => line.split(' ', 2).join(' '))).to.deep.equal([
      'a.yaml:1:3: error',
      'b.yaml:1:14: error',
      'b.yaml:1:14: note',
      'c.yaml: error:',
      'c.yaml:1: error:',
      'd.yaml: license',
    ]);
  });

  it('notes a tenant in two files of a kind, at the second one', () => {
    const [first, second = '', ...rest] = said({
      'a.yaml': '- id: x\n- id: y\n',
      'b.yaml': '- id: z\n- id: y\n',
    });
    expect(first).to.contain('a.yaml: license file');
    expect(second).to.equal(
      'b.yaml:2:3: note y: has a license in a.yaml:2 too: license-scaler reads one such file',
    );
    expect(rest).to.have.length(1);
  });

  it('notes an override for a tenant that is nowhere else, unless there is nothing else', () => {
    const overrides = 'overrides:\n  tenant-b: { licensed: true }\n  tenat-a: { replicas: 2 }\n';
    const licenses = '[{ id: tenant-a }, { id: tenant-b }]';
    expect(said({ 'o.yaml': overrides })).to.have.length(1);
    expect(said({ 'o.yaml': overrides, 'l.yaml': licenses })[0]).to.equal(
      'o.yaml:3:3: note tenat-a: is in no license and no ScaledObject of these files, the nearest there is "tenant-a"',
    );
  });

  it('notes an id that looks like another one', () => {
    const other = said({
      'l.yaml': '- id: tenant-a\n- id: tenant-b\n- id: tenant_b\n',
      's.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata:\n  tenants.json: \'[{"id":"Tenant-A"}]\'\n',
    });
    expect(other.filter((line) => line.includes('looks like'))).to.deep.equal([
      'l.yaml:3:3: note tenant_b: looks like "tenant-b" in l.yaml:2, but is another tenant: ids are compared character by character',
      's.yaml:5:3: note Tenant-A: looks like "tenant-a" in l.yaml:1, but is another tenant: ids are compared character by character',
    ]);
  });

  it('does not tell machines either what a file means that has an error', () => {
    const bytes = Buffer.from('- id: a\n  replicas: 0\n');
    const [file] = validateFiles([{ name: 'f', bytes }], undefined, 0);
    expect(file?.meanings).to.have.length(1);
    expect(toJson([file!])).to.contain('"means": []');
  });

  it('tells bytes that are no text', () => {
    expect(said({ 'a.yaml': Buffer.from([0xff]) })).to.deep.equal([
      'a.yaml: error: is not UTF-8 text',
    ]);
  });

  tells([
    {
      title: 'that there is nothing in a file',
      text: '# nothing\n',
      says: ['file.yaml: error: there is nothing in it, allowed are a license file'],
    },
    {
      title: 'that a file is nothing that is known',
      text: 'a: 1\n',
      says: ['file.yaml: error: it can not be told what it is, allowed are a license file'],
    },
    { title: 'a slip in the YAML', text: 'a: [\nb', says: ['file.yaml:2:1: error: is no YAML: '] },
    {
      title: 'that a configuration is good',
      text: 'licenseService: { url: "http://l" }',
      says: ['file.yaml: configuration, good as it is'],
    },
    {
      title: 'each problem of a configuration where it is',
      text: 'licenseService:\n  url: ftp://l\nlog:\n  level: loud\n',
      says: [
        'file.yaml:2: error: licenseService.url',
        'file.yaml:4: error: log.level is "loud", allowed is one of trace',
      ],
    },
    {
      title: 'that a configuration was said to be something else',
      as: 'overrides',
      text: 'log: { level: info }',
      says: ['error: it has the key "log", allowed is overrides'],
    },
  ]);
});
