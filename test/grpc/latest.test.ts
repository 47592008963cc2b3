import { expect } from 'chai';
import fc from 'fast-check';
import { Latest, type Outlet } from '../../src/grpc/latest.ts';
import { WriteQueue } from '../../src/grpc/write-queue.ts';
import type { Push } from '../../src/pipeline/pushes.ts';

/** A transport that takes one message at a time, when it is told to. */
class Transport implements Outlet {
  readonly written: Push[] = [];
  coalescedCount = 0;
  readonly #done: (() => void)[] = [];
  readonly latest = new Latest(new WriteQueue(), this);

  write(push: Push, done: () => void): void {
    this.written.push(push);
    this.#done.push(done);
  }

  coalesced(): void {
    this.coalescedCount++;
  }

  /** The reader reads: what was written last has left. */
  drain(): void {
    this.#done.shift()?.();
  }

  get inFlight(): number {
    return this.#done.length;
  }
}

const open = (active: boolean): Push => ({ active, cause: 'open' });
const change = (active: boolean): Push => ({ active, cause: 'change' });
const repeat: Push = { active: true, cause: 'repeat' };

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Latest', () => {
  it('writes a message at once when the stream is free', () => {
    const transport = new Transport();
    transport.latest.offer(open(true));
    expect(transport.written).to.deep.equal([open(true)]);
  });

  it('lets one message wait while another is on its way, the last', () => {
    const transport = new Transport();
    transport.latest.offer(open(true));
    transport.latest.offer(change(false));
    transport.latest.offer(change(true));
    transport.latest.offer(change(false));
    expect(transport.written).to.deep.equal([open(true)]);
    transport.drain();
    expect(transport.written).to.deep.equal([open(true), change(false)]);
    expect(transport.coalescedCount).to.equal(2);
  });

  it('writes nothing when the state changed back while it waited', () => {
    const transport = new Transport();
    transport.latest.offer(open(true));
    transport.latest.offer(change(false));
    transport.latest.offer(change(true));
    transport.drain();
    expect(transport.written).to.deep.equal([open(true)]);
  });

  it('writes a repeat although the state is the same', () => {
    const transport = new Transport();
    transport.latest.offer(change(true));
    transport.drain();
    transport.latest.offer(repeat);
    expect(transport.written).to.deep.equal([change(true), repeat]);
  });

  it('does not let a repeat take the place of a change that waits', () => {
    const transport = new Transport();
    transport.latest.offer(open(false));
    transport.latest.offer(change(true));
    transport.latest.offer(repeat);
    transport.drain();
    expect(transport.written).to.deep.equal([open(false), change(true)]);
  });

  it('writes nothing after it was closed, even what waited', () => {
    const transport = new Transport();
    transport.latest.offer(open(true));
    transport.latest.offer(change(false));
    transport.latest.close();
    transport.drain();
    transport.latest.offer(change(false));
    expect(transport.written).to.deep.equal([open(true)]);
  });

  it('ends in the last state, whatever was offered and however slowly it was read', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('change' as const), active: fc.boolean() }),
      fc.constant({ kind: 'repeat' as const }),
      fc.constant({ kind: 'drain' as const }),
    );
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { maxLength: 40 }), (first, steps) => {
        const transport = new Transport();
        let state = first;
        transport.latest.offer(open(first));
        for (const each of steps) {
          if (each.kind === 'drain') transport.drain();
          else if (each.kind === 'repeat')
            transport.latest.offer({ active: state, cause: 'repeat' });
          else if (each.active !== state) transport.latest.offer(change((state = each.active)));
          if (transport.inFlight > 1) return false;
        }
        while (transport.inFlight > 0) transport.drain();
        const { written } = transport;
        const isNews = written.every(
          ({ active, cause }, index) =>
            cause === 'repeat' || index === 0 || active !== written[index - 1]?.active,
        );
        return written.at(-1)?.active === state && isNews;
      }),
    );
  });
});

describe('WriteQueue', () => {
  it('writes the first 25 at once and the others in later turns, in order', async () => {
    const queue = new WriteQueue();
    const written: number[] = [];
    for (let index = 0; index < 60; index++) queue.enqueue({ flush: () => written.push(index) });
    expect(written).to.have.length(25);
    await turn();
    expect(written).to.have.length(50);
    await turn();
    expect(written).to.deep.equal(Array.from({ length: 60 }, (_, index) => index));
  });

  it('keeps the order of those that come while others wait', async () => {
    const queue = new WriteQueue();
    const written: string[] = [];
    for (let index = 0; index < 40; index++) queue.enqueue({ flush: () => written.push('first') });
    await turn();
    for (let index = 0; index < 20; index++) queue.enqueue({ flush: () => written.push('later') });
    await turn();
    await turn();
    expect(written).to.deep.equal([
      ...Array.from({ length: 40 }, () => 'first'),
      ...Array.from({ length: 20 }, () => 'later'),
    ]);
  });

  it('writes at once again after a turn of the event loop', async () => {
    const queue = new WriteQueue();
    let count = 0;
    for (let index = 0; index < 25; index++) queue.enqueue({ flush: () => count++ });
    await turn();
    queue.enqueue({ flush: () => count++ });
    expect(count).to.equal(26);
  });
});
