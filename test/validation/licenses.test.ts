import { expect } from 'chai';
import { said, tells } from './stage.ts';

const GOOD = `- { id: tenant-a, period_end: 2030-01-01T00:00:00Z }
- { id: tenant-b, period_end: 2022-09-27T00:00:00Z }
- { id: tenant-c, status: suspended }
- { id: tenant-d }
`;

describe('validating a license file', () => {
  it('says how many are licensed now, bare or under tenants, in YAML and in JSON', () => {
    const meaning = 'license file, 4 tenants: 2 licensed, 2 unlicensed now';
    expect(said({ 'a.yaml': GOOD })).to.deep.equal([`a.yaml: ${meaning}`]);
    expect(said({ 'a.yaml': `tenants:\n${GOOD}` })).to.deep.equal([`a.yaml: ${meaning}`]);
    const list = ['a', 'b', 'c', 'd'].map((id) => ({ id, status: id < 'c' ? 'active' : 'banned' }));
    expect(said({ 'a.json': JSON.stringify(list) })).to.deep.equal([`a.json: ${meaning}`]);
  });

  tells([
    {
      title: 'everything that is wrong with a record, in the order of the file',
      text: '- id: a\n  period_end: soon\n  status: gone\n  services: all\n- id: b\n  replicas: 0\n',
      says: [
        'file.yaml:2:3: error a: period_end is "soon", allowed is a date like',
        'file.yaml:3:3: error a: status is "gone", which is not known: licenseService.statuses can say',
        'file.yaml:4:3: error a: services is "all", allowed is a list of strings',
        'file.yaml:6:3: error b: replicas is 0, allowed is a whole number from 1',
      ],
    },
    {
      title: 'the line in indented JSON',
      name: 'tenants.json',
      text: '{\n\t"tenants": [\n\t\t{\n\t\t\t"id": "a",\n\t\t\t"replicas": "2"\n\t\t}\n\t]\n}\n',
      says: ['tenants.json:5:5: error a: replicas is "2"'],
    },
    {
      title: 'a record without an id, and one that is none',
      text: '- { name: A }\n- 3\n- id: b\n',
      says: [
        'file.yaml:1:3: error license 1 of the list: id is undefined, allowed is a string',
        'file.yaml:2:3: error license 2 of the list: is 3, allowed is an object',
      ],
    },
    {
      title: 'a period that ends before it begins',
      text: '- id: a\n  period_start: 2027-01-01T00:00:00Z\n  period_end: 2026-01-01T00:00:00Z\n',
      says: ['file.yaml:3:3: error a: period_end 2026-01-01T00:00:00Z is before period_start'],
    },
    {
      title: 'a tenant that is listed twice',
      text: '- id: a\n- id: b\n- id: a\n',
      says: ['file.yaml:3:3: error a: is license 1 of the list already'],
    },
    {
      title: 'an empty list',
      text: '[]',
      says: ['file.yaml: error: its list is empty'],
    },
    {
      title: 'a slip in JSON, in terms of JSON',
      name: 'tenants.json',
      as: 'licenses',
      text: '[\n  { "id": "a", }\n]',
      says: ['tenants.json:2:16: error: '],
    },
    {
      title: 'an alias, which the program does not take',
      text: '- &a { id: a }\n- *a\n',
      says: ['file.yaml:2:4: error: aliases are not allowed'],
    },
    {
      title: 'that it is something else than it is said to be',
      as: 'licenses',
      text: 'overrides: {}\n',
      says: ['file.yaml:1:1: error: it holds {"overrides":{}}, allowed is a list of licenses'],
    },
  ]);
});
