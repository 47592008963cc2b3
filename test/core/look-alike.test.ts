import { expect } from 'chai';
import { lookAlikeOf } from '../../src/core/look-alike.ts';

describe('lookAlikeOf', () => {
  const cases: readonly (readonly [string, readonly string[], string | undefined])[] = [
    ['Tenant-A', ['tenant-b', 'tenant-a'], 'tenant-a'],
    ['tenant_a', ['tenant-a'], 'tenant-a'],
    ['tenant-a ', ['tenant-a'], 'tenant-a'],
    ['tenant-a\u200b', ['tenant-a'], 'tenant-a'],
    ['ten\u0430nt-\u0430', ['tenant-a'], 'tenant-a'],
    ['\uff54enant-a', ['tenant-a'], 'tenant-a'],
    ['cafe\u0301', ['caf\u00e9'], 'caf\u00e9'],
    ['tenant-a', ['Tenant-A', 'tenant-a'], undefined],
    ['tenant-c', ['tenant-a', 'tenant-b'], undefined],
    ['---', ['...'], undefined],
    ['tenant-a', [], undefined],
  ];
  for (const [id, known, expected] of cases) {
    it(`finds ${String(expected)} for ${JSON.stringify(id)} among ${JSON.stringify(known)}`, () => {
      expect(lookAlikeOf(id, known)).to.equal(expected);
    });
  }
});
