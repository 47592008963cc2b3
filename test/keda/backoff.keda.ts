/** Where nobody listens: how long KEDA's own client and that of the everyday tests wait, up to the longest wait. */
import { expect } from 'chai';
import { freePorts } from '../cluster/processes/ports.ts';
import { Keda, scaledObject } from '../helpers/keda.ts';
import { KEDA_VERSIONS } from './build/go-programs.ts';
import { Operator } from './operator.ts';

/** The last one is said when it begins, a minute after the first. */
const WAITS = ['2s', '4s', '8s', '16s', '32s', '1m0s'];
const PATIENCE = 90_000;

describe('a scaler that never comes', () => {
  it('is tried after 2 s, and each time after twice as long, up to a minute', async function () {
    this.timeout(2 * PATIENCE);
    const address = `127.0.0.1:${(await freePorts(1))[0] ?? 0}`;
    const operators = KEDA_VERSIONS.map((version) => new Operator(version, address));
    const typescript = new Keda(address);
    try {
      const own = operators.map((operator) => operator.watch('tenant-a'));
      const copied = typescript.push(scaledObject('tenant-a'));
      const isDone = (retries: readonly unknown[]): boolean => retries.length >= WAITS.length;
      await Promise.all(
        own.map((each) => each.until('the longest wait', () => isDone(each.retries), PATIENCE)),
      );
      // It began at the same time, and has the same waits behind it but for a moment.
      while (!isDone(copied.waits)) await copied.ended(copied.ends.length + 1);
      expect(own.map(({ retries }) => retries)).to.deep.equal(own.map(() => WAITS));
      expect(copied.waits).to.deep.equal([2, 4, 8, 16, 32, 60].map((seconds) => seconds * 1000));
    } finally {
      typescript.close();
      for (const operator of operators) await operator.close();
    }
  });
});
