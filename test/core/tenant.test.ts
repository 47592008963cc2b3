import { expect } from 'chai';
import { quote } from '../../src/core/parsed.ts';
import { parseTenantId } from '../../src/core/tenant.ts';

describe('parseTenantId', () => {
  const good = [
    'a',
    'tenant-a',
    'Müller & Söhne',
    '東京',
    'a/b',
    '...',
    'Tenant A',
    'e\u0301',
    '🚀',
    'x'.repeat(253),
    '0',
  ];
  for (const id of good) {
    it(`takes ${JSON.stringify(id.slice(0, 20))} of ${id.length} characters as it is`, () => {
      expect(parseTenantId(id)).to.deep.equal({ ok: true, value: id });
    });
  }

  const bad: readonly (readonly [unknown, RegExp])[] = [
    ['', /^is empty, allowed are 1 to 253 characters$/],
    ['x'.repeat(254), /^has 254 characters, allowed are 1 to 253$/],
    ['.', /^is ".", which is no name$/],
    ['..', /^is "..", which is no name$/],
    ['a\nb', /^is "a\\nb", with U\+000A as character 2, allowed are characters that can be seen$/],
    ['a\u0000', /with U\+0000 as character 2,/],
    ['a\u007f', /with U\+007F as character 2,/],
    ['a\u0085', /with U\+0085 as character 2,/],
    ['tenant-a\u200b', /^is "tenant-a\\u200b", with U\+200B as character 9,/],
    ['\ufefftenant-a', /^is "\\ufefftenant-a", with U\+FEFF as character 1,/],
    ['tenant\u00a0a', /with U\+00A0 as character 7,/],
    ['tenant\u202fa', /with U\+202F/],
    ['tenant\u3000a', /with U\+3000/],
    ['tenant\u2060a', /with U\+2060/],
    ['ten\u00adant', /with U\+00AD/],
    ['a\u200da', /with U\+200D/],
    ['\u202eevil', /with U\+202E/],
    ['a\u2066b', /with U\+2066/],
    ['a\u2028b', /with U\+2028/],
    ['a\u3164', /with U\+3164/],
    ['a\u2800', /with U\+2800/],
    ['a\ufe0f', /with U\+FE0F/],
    ['a\u034f', /with U\+034F/],
    ['a\u{e0041}', /^is "a\\udb40\\udc41", with U\+E0041/],
    ['a\ud800', /with U\+D800/],
    [' tenant-a', /^is " tenant-a", allowed is an id without blanks \(U\+0020\) around it$/],
    ['tenant-a ', /without blanks/],
    [' ', /without blanks/],
    [undefined, /^is undefined, allowed is a string$/],
    [null, /^is null, allowed is a string$/],
    [7, /^is 7, allowed is a string$/],
    [['tenant-a'], /^is \["tenant-a"\], allowed is a string$/],
  ];
  for (const [id, problem] of bad) {
    it(`refuses ${quote(id)}`, () => {
      const result = parseTenantId(id);
      expect(result.ok).to.equal(false);
      expect(!result.ok && result.problem).to.match(problem);
    });
  }
});
