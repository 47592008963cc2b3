import { expect } from 'chai';
import { decodeLicenses, filedAt } from '../../src/sources/file/decode-licenses.ts';
import { licensed } from '../helpers/facts.ts';

const decode = (text: string | Buffer, path = '/licenses/tenants') =>
  decodeLicenses(Buffer.from(text), path);

function readings(text: string, path?: string): Record<string, unknown> {
  const decoded = decode(text, path);
  if (!decoded.ok) throw new Error(decoded.problem);
  return Object.fromEntries(decoded.value.readings);
}

function problem(text: string | Buffer, path?: string): string | undefined {
  const decoded = decode(text, path);
  return decoded.ok ? undefined : decoded.problem;
}

const A = '{"id":"a","period_end":"2027-01-31T00:00:00Z"}';

describe('decodeLicenses', () => {
  const a = licensed({ tenant: 'a', end: Date.UTC(2027, 0, 31) });

  for (const [form, text, path] of [
    ['a bare list in JSON', `[${A}]`, 'tenants.json'],
    ['a list under tenants in JSON', `{"tenants":[${A}],"version":3}`, 'tenants.json'],
    ['JSON in a file of any name', ` \n[${A}]`, 'tenants'],
    ['JSON with a byte order mark', `\ufeff[${A}]`, 'tenants.json'],
    ['a bare list in YAML', '- id: a\n  period_end: 2027-01-31T00:00:00Z\n', 'tenants.yaml'],
    [
      'a list under tenants in YAML',
      'tenants:\n- { id: a, period_end: 2027-01-31T00:00:00Z }',
      'tenants.yaml',
    ],
    ['YAML that begins like JSON', `[ { id: a, period_end: 2027-01-31T00:00:00Z }, ]`, 'tenants'],
  ] as const) {
    it(`reads ${form}`, () => {
      expect(readings(text, path)).to.deep.equal({ a });
    });
  }

  it('calls a record unreadable that can not be understood, and says where it is', () => {
    const text = '# ours\ntenants:\n  - id: a\n  - id: b\n    period_end: soon\n  - id: c\n';
    const { b, ...others } = readings(text);
    expect(others).to.deep.equal({ a: licensed({ tenant: 'a' }), c: licensed({ tenant: 'c' }) });
    expect(b).to.have.property(
      'problem',
      'element 2 of the list (line 4): period_end is "soon", allowed is a date like 2027-01-31T00:00:00Z',
    );
  });

  it('tells what counts once it is over of a record whose status is not known', () => {
    const end = Date.UTC(2027, 0, 31);
    const decoded = decode(`[${A.replace('}', ',"status":"frosty"}')},{"id":"b"}]`);
    if (!decoded.ok) throw new Error(decoded.problem);
    const kindAt = (now: number) => filedAt(decoded.value, now).readings.get('a')?.kind;
    expect([kindAt(end - 1), kindAt(end)]).to.deep.equal(['unreadable', 'license']);
    expect(filedAt(decoded.value, end - 1)).to.equal(decoded.value);
  });

  it('calls a tenant unreadable that is listed twice, whatever is wrong with it besides', () => {
    expect(readings('- id: a\n- id: b\n- id: a\n  status: gone\n- id: a')).to.deep.include({
      a: { kind: 'unreadable', problem: 'listed again as element 4 of the list (line 5)' },
    });
  });

  it('takes a record of a tenant that is listed twice for one that might be anybody’s', () => {
    const decoded = decode('- id: a\n- id: b\n- id: a\n');
    expect(decoded.ok && decoded.value.nameless).to.equal(
      'element 3 of the list (line 3): a is listed already',
    );
  });

  it('tells of a record that might be anybody’s', () => {
    for (const record of ['{"id":""}', '{"name":"A"}', '"a"', 'null', '[]']) {
      const decoded = decode(`[${A},${record},7]`);
      expect(decoded.ok && decoded.value.nameless).to.match(/^element 2 of the list: /);
      expect(decoded.ok && [...decoded.value.readings.keys()]).to.deep.equal(['a']);
    }
    expect(decode(`[${A}]`)).to.have.nested.property('value.nameless', undefined);
  });

  for (const id of [
    '7',
    '007',
    '0x1f',
    '0o17',
    '1e3',
    '1.10',
    '12345678901234567890',
    'true',
    '~',
  ]) {
    it(`gives nobody the license of the id ${id} without quotes in YAML, and says what to do`, () => {
      const text = `- id: b\n- id: ${id}\n  period_end: 2099-01-31T00:00:00Z\n`;
      const decoded = decode(text);
      expect(decoded.ok && [...decoded.value.readings.keys()]).to.deep.equal(['b']);
      expect(decoded.ok && decoded.value.nameless).to.equal(
        `element 2 of the list (line 2): id ${id} is no string in YAML without quotes, allowed is "${id}"`,
      );
      expect(readings(text.replace(id, `"${id}"`))).to.have.all.keys('b', id);
    });
  }

  it('calls a record unreadable that says something twice, and nobody’s where that is the id', () => {
    const text = '- id: a\n- id: b\n  status: active\n  status: expired\n- id: c\n  id: d\n';
    const decoded = decode(text);
    expect(readings(text)).to.have.all.keys('a', 'b');
    expect(readings(text)).to.deep.include({
      b: {
        kind: 'unreadable',
        problem: 'element 2 of the list (line 2): the key status comes again in line 4',
      },
    });
    expect(decoded.ok && decoded.value.nameless).to.match(
      /^element 3 of the list \(line 5\): the key id/,
    );
  });

  it('tells of the first records that might be anybody’s, and how many there are more', () => {
    const decoded = decode(`[${A},1,2,3,4,5]`);
    expect(decoded.ok && decoded.value.nameless).to.equal(
      'element 2 of the list: is 1, allowed is an object; element 3 of the list: is 2, allowed is an object; ' +
        'element 4 of the list: is 3, allowed is an object; and 2 more',
    );
  });

  const allowed = 'allowed is a list of licenses, or an object that holds it as tenants';
  for (const [what, text, path, expected] of [
    ['is empty', '', 'tenants.json', 'it is empty'],
    ['is blank', ' \n', 'tenants.yaml', 'it is empty'],
    [
      'holds an empty list',
      '[]',
      'tenants.json',
      'its list is empty, allowed are one license or more',
    ],
    [
      'holds an empty list',
      'tenants: []',
      'tenants.yaml',
      'its list is empty, allowed are one license or more',
    ],
    [
      'holds nothing under tenants',
      'tenants:',
      'tenants.yaml',
      `it holds {"tenants":null}, ${allowed}`,
    ],
    ['holds no list', '{"items":[]}', 'tenants.json', `it holds {"items":[]}, ${allowed}`],
    ['holds a text', 'hello', 'tenants.yaml', `it holds "hello", ${allowed}`],
    [
      'holds nothing but records that might be anybody’s',
      '[1]',
      'tenants.json',
      'element 1 of the list: is 1, allowed is an object',
    ],
    [
      'is one page of many',
      `{"tenants":[${A}],"meta":{"next_page":2}}`,
      'tenants.json',
      'it is not the whole list: meta.next_page is 2',
    ],
    [
      'is one page of many',
      'tenants: [{ id: a }]\ntotal: 3',
      'tenants.yaml',
      'it is not the whole list: total is 3, and 1 are here',
    ],
    ['is half of a JSON', `[${A},{"id`, 'tenants.json', 'line 1, column 53: Unterminated string'],
    [
      'is no JSON although it is named so',
      `[${A},\n{"id":"b" "name":1}]`,
      'tenants.json',
      "line 2, column 11: Expected ',' or '}' after property value",
    ],
    [
      'is no YAML',
      'tenants:\n  - id: a\n - id: b',
      'tenants.yaml',
      'line 3, column 2: this does not go with the lines above: indent as they do, and quote a text with ": " in it',
    ],
    [
      'has a key twice',
      '- id: a\n  id: b',
      'tenants.yaml',
      'element 1 of the list (line 1): the key id comes again in line 2',
    ],
    [
      'holds two documents',
      '- id: a\n---\n- id: b',
      'tenants.yaml',
      'it holds more than one document, allowed is one',
    ],
    [
      'uses aliases',
      '- &a { id: a }\n- *a',
      'tenants.yaml',
      'line 2, column 4: aliases are not allowed',
    ],
  ] as const) {
    it(`finds a problem with a file that ${what}: ${JSON.stringify(text)}`, () => {
      expect(problem(text, path)).to.equal(expected);
    });
  }

  it('finds a problem with a file that is not UTF-8', () => {
    expect(problem(Buffer.from([0x5b, 0xff, 0x5d]))).to.equal('it is not UTF-8 text');
  });

  it('takes no part of a list in JSON for the whole, wherever it ends', () => {
    const whole = `[${A},${A.replace('"a"', '"b"')}]\n`;
    for (let end = 0; end < whole.length - 1; end++) {
      expect(problem(whole.slice(0, end), 'tenants.json'), `first ${end}`).to.be.a('string');
      expect(problem(whole.slice(0, end), 'tenants'), `first ${end}`).to.be.a('string');
    }
  });
});
