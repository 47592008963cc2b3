/** What KEDA does with a pushed `false`, which is where its releases differ. Its own scale handler, on a fake API. */
import { expect } from 'chai';
import { expired, licensed } from '../e2e/world.ts';
import { inKedaWorld } from './in-keda-world.ts';

/** Longer than any test. */
const NEVER = 3_600;
const LICENSED = { licenses: [licensed('tenant-a')] };
const POLLED = 'Getting metrics and activity from scaler';

describe('KEDA 2.17.3: a pushed false', () => {
  it(
    'scales the target to 0 without a poll, as the true after it scales it back',
    inKedaWorld('2.17.3', LICENSED, async ({ operator, service }) => {
      const a = operator.operate('tenant-a', { replicas: 0, pollingInterval: NEVER });
      await a.until('the first poll', () => a.logs(POLLED).length === 1);
      expect(await a.scaledTimes(1)).to.deep.equal([2]);
      service.tenants.set('tenant-a', expired('tenant-a'));
      expect(await a.scaledTimes(2)).to.deep.equal([2, 0]);
      service.tenants.set('tenant-a', licensed('tenant-a'));
      expect(await a.scaledTimes(3)).to.deep.equal([2, 0, 2]);
      expect(a.logs(POLLED)).to.have.length(1);
    }),
  );
});

describe('KEDA 2.20.2: a pushed false', () => {
  const IGNORED = 'Push scaler inactivation event received';

  it(
    'changes nothing',
    inKedaWorld('2.20.2', LICENSED, async ({ operator, service, scaler }) => {
      const a = operator.operate('tenant-a', { replicas: 0, pollingInterval: NEVER });
      await a.until('the first poll', () => a.logs(POLLED).length === 1);
      expect(await a.scaledTimes(1)).to.deep.equal([2]);
      for (const change of [1, 2]) {
        service.tenants.set('tenant-a', expired('tenant-a'));
        await a.until(`false ${change} times`, () => a.logs(IGNORED).length === change);
        service.tenants.set('tenant-a', licensed('tenant-a'));
        await scaler.logged('tenant-a is licensed', 1 + change);
      }
      expect(a.scaled).to.deep.equal([2]);
      expect(a.logs(POLLED)).to.have.length(1);
    }),
  );

  it(
    'is left to the poll, and a pushed true scales the target at once',
    inKedaWorld('2.20.2', LICENSED, async ({ operator, service }) => {
      const a = operator.operate('tenant-a', { replicas: 2, pollingInterval: 1 });
      service.tenants.set('tenant-a', expired('tenant-a'));
      expect(await a.scaledTimes(1)).to.deep.equal([0]);
      service.tenants.set('tenant-a', licensed('tenant-a'));
      expect(await a.scaledTimes(2)).to.deep.equal([0, 2]);
    }),
  );
});
