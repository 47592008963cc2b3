import { expect } from 'chai';
import { nearest, nearestKey } from '../../src/config/nearest.ts';

describe('nearest', () => {
  const known = ['interval', 'replicas', 'url', 'tenant-b'];
  const rows: [string, string | undefined][] = [
    ['intervall', 'interval'],
    ['INTERVAL', 'interval'],
    ['uri', 'url'],
    ['tenant-a', 'tenant-b'],
    ['webhooks', undefined],
    ['x', undefined],
    ['', undefined],
  ];
  for (const [name, expected] of rows) {
    it(`of "${name}" is ${expected ?? 'none'}`, () => {
      expect(nearest(name, known)).to.equal(expected);
    });
  }

  it('of anything is none where nothing is known', () => {
    expect(nearest('a', [])).to.equal(undefined);
  });

  it('finds a key in another section, and none that has nothing in common', () => {
    expect(nearestKey(['grpc', 'intervall'])).to.equal('licenseService.interval');
    expect(nearestKey(['licenseServce'])).to.equal('licenseService');
    expect(nearestKey(['webhooks'])).to.equal(undefined);
  });
});
