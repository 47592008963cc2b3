import { expect } from 'chai';
import { SharedWork } from '../../src/http/shared-work.ts';

/** Work whose ends a test decides on; each time it is done gives its number. */
function createWork() {
  const ends: ((error?: Error) => void)[] = [];
  const shared = new SharedWork(
    () =>
      new Promise<number>((resolve, reject) => {
        const number = ends.length + 1;
        ends.push((error) => {
          if (error === undefined) resolve(number);
          else reject(error);
        });
      }),
  );
  return { shared, ends };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('shared work', () => {
  it('is done once for all who ask before it is begun, and once more for those who ask after', async () => {
    const { shared, ends } = createWork();
    const first = [shared.ask(), shared.ask()];
    await turn();
    const late = [shared.ask(), shared.ask()];
    await turn();
    expect(ends).to.have.length(1);
    ends[0]?.();
    expect(await Promise.all(first)).to.deep.equal([1, 1]);
    await turn();
    expect(ends).to.have.length(2);
    ends[1]?.();
    expect(await Promise.all(late)).to.deep.equal([2, 2]);
  });

  it('is done anew after it has failed', async () => {
    const { shared, ends } = createWork();
    const first = shared.ask().catch((error: unknown) => (error as Error).message);
    await turn();
    const second = shared.ask();
    ends[0]?.(new Error('no'));
    expect(await first).to.equal('no');
    await turn();
    ends[1]?.();
    expect(await second).to.equal(2);
  });
});
