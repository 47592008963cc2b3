import { expect } from 'chai';
import { quote } from '../../src/core/parsed.ts';
import { parseTenantId } from '../../src/core/tenant.ts';

describe('parseTenantId', () => {
  const good = ['a', 'tenant-a', 'Müller & Söhne', '東京', 'a/b', '...', 'x'.repeat(253), '0'];
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
    ['a\nb', /^is "a\\nb", allowed are printable characters$/],
    ['a\u0000', /printable/],
    ['a\u007f', /printable/],
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
