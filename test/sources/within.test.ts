import { expect } from 'chai';
import { setImmediate } from 'node:timers/promises';
import { within } from '../../src/sources/http/within.ts';

describe('within', () => {
  it('gives what the work gives, and leaves no timer', async () => {
    const before = await timers();
    const { signal } = new AbortController();
    expect(await within(60_000, [signal], () => Promise.resolve('done'))).to.equal('done');
    expect(await timers()).to.equal(before);
  });

  it('rejects as the work does, and leaves no timer', async () => {
    const before = await timers();
    const { signal } = new AbortController();
    const failing = within(60_000, [signal], () => Promise.reject(new Error('no')));
    expect(await reasonOf(failing)).to.have.property('message', 'no');
    expect(await timers()).to.equal(before);
  });

  it('ends work that takes too long', async () => {
    const { signal } = new AbortController();
    const reason = await reasonOf(within(10, [signal], untilAborted));
    expect(reason).to.have.property('message', 'no answer within 0.01 s');
  });

  it('ends work that nobody waits for any more', async () => {
    const controller = new AbortController();
    const working = within(60_000, [new AbortController().signal, controller.signal], untilAborted);
    controller.abort(new Error('left'));
    expect(await reasonOf(working)).to.have.property('message', 'left');
  });

  it('ends work that nobody waited for to begin with', async () => {
    const signal = AbortSignal.abort(new Error('left'));
    expect(await reasonOf(within(60_000, [signal], untilAborted))).to.have.property(
      'message',
      'left',
    );
  });
});

/** Work that does nothing but heed its signal. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
}

function reasonOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

/** How many timers run; not before mocha has set its own for the test. */
async function timers(): Promise<number> {
  await setImmediate();
  return process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
}
