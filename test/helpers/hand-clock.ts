import { setImmediate } from 'node:timers/promises';

/** A clock that goes when it is told to: for what is made of timers and of promises, which marbles can't hold. */
export interface HandClock {
  /** Lets so many milliseconds pass; every timer goes off at its time, and then all that follows from it happens. */
  pass(ms: number): Promise<void>;
}

/** Runs a test in which `Date.now`, `setTimeout` and `setInterval` go by a clock that is moved by hand. */
export async function byHand(test: (clock: HandClock) => Promise<void>): Promise<void> {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const { now } = Date;
  const timers = new Timers();
  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms?: number) => timers.add(run, ms),
    setInterval: (run: () => void, ms?: number) => timers.add(run, ms, true),
    clearTimeout: (id: number) => timers.delete(id),
    clearInterval: (id: number) => timers.delete(id),
  });
  Date.now = () => timers.now;
  try {
    await test(timers);
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
    Date.now = now;
  }
}

interface Timer {
  readonly run: () => void;
  readonly every: number | undefined;
  readonly at: number;
}

class Timers implements HandClock {
  now = 1_000_000;
  readonly #timers = new Map<number, Timer>();
  #last = 0;

  add(run: () => void, ms = 0, isRepeated = false): number {
    const wait = Math.max(1, ms);
    const every = isRepeated ? wait : undefined;
    this.#timers.set(++this.#last, { run, every, at: this.now + wait });
    return this.#last;
  }

  delete(id: number): boolean {
    return this.#timers.delete(id);
  }

  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    // Real turns of the event loop: every promise that can go on does.
    await setImmediate();
    for (let id = this.#next(end); id !== undefined; id = this.#next(end)) {
      this.#goOff(id);
      await setImmediate();
    }
    this.now = end;
  }

  /** The timer that goes off first, of several at the same time the oldest. */
  #next(end: number): number | undefined {
    const due = [...this.#timers].filter(([, { at }]) => at <= end);
    return due.sort(([, a], [, b]) => a.at - b.at)[0]?.[0];
  }

  #goOff(id: number): void {
    const timer = this.#timers.get(id);
    if (timer === undefined) return;
    const { run, every, at } = timer;
    this.now = at;
    if (every === undefined) this.#timers.delete(id);
    else this.#timers.set(id, { ...timer, at: at + every });
    run();
  }
}
