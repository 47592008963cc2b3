import { setImmediate } from 'node:timers/promises';

/** A clock that goes when it is told to: for what is made of timers and of promises, which marbles can't hold. */
export interface HandClock {
  /** How many milliseconds have passed since the test began, whatever the wall clock was set to. */
  readonly passed: number;
  /** Lets so many milliseconds pass; every timer goes off at its time, and then all that follows from it happens. */
  pass(ms: number): Promise<void>;
  /** Sets `Date.now`, which timers do not go by, so many milliseconds ahead of where it would be; less than 0: back. */
  set(ahead: number): void;
}

export interface HandClockOptions {
  /** What `Date.now` says at first. */
  readonly start?: number;
  /** Resolves when all that follows from a timer has happened; by default, after one turn of the event loop. */
  readonly settle?: () => Promise<unknown>;
}

/** Runs a test in which `Date.now`, `setTimeout` and `setInterval` go by a clock that is moved by hand. */
export async function byHand(
  test: (clock: HandClock) => Promise<void>,
  { start = 1_000_000, settle = setImmediate }: HandClockOptions = {},
): Promise<void> {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const { now } = Date;
  const timers = new Timers(start, settle);
  Object.assign(globalThis, {
    setTimeout: (run: Run, ms?: number, ...args: unknown[]) => timers.add(run, ms, false, args),
    setInterval: (run: Run, ms?: number, ...args: unknown[]) => timers.add(run, ms, true, args),
    clearTimeout: (timer?: Timer) => {
      timers.delete(timer);
    },
    clearInterval: (timer?: Timer) => {
      timers.delete(timer);
    },
  });
  Date.now = () => timers.now;
  try {
    await test(timers);
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
    Date.now = now;
    timers.isOver = true;
  }
}

type Run = (...args: unknown[]) => void;

/** As much of a `NodeJS.Timeout` as libraries use. */
class Timer {
  readonly #timers: Timers;
  readonly #run: Run;
  readonly #wait: number;
  readonly #isRepeated: boolean;
  readonly #args: readonly unknown[];
  at = 0;

  constructor(timers: Timers, run: Run, ms: number, isRepeated: boolean, args: unknown[]) {
    this.#timers = timers;
    this.#run = run;
    this.#wait = Math.max(1, ms);
    this.#isRepeated = isRepeated;
    this.#args = args;
    this.refresh();
  }

  refresh(): this {
    this.at = this.#timers.passed + this.#wait;
    this.#timers.start(this, this.#wait);
    return this;
  }

  goOff(): void {
    if (this.#isRepeated) this.at += this.#wait;
    else this.#timers.delete(this);
    this.#run(...this.#args);
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

class Timers implements HandClock {
  passed = 0;
  isOver = false;
  readonly #settle: () => Promise<unknown>;
  readonly #timers = new Set<Timer>();
  #ahead: number;
  readonly #start: number;

  constructor(start: number, settle: () => Promise<unknown>) {
    this.#start = this.#ahead = start;
    this.#settle = settle;
  }

  get now(): number {
    return this.passed + this.#ahead;
  }

  set(ahead: number): void {
    this.#ahead = this.#start + ahead;
  }

  add(run: Run, ms = 0, isRepeated: boolean, args: unknown[]): Timer {
    return new Timer(this, run, ms, isRepeated, args);
  }

  /** Anew, so that of two at the same time the one that was started first is the first. */
  start(timer: Timer, wait: number): void {
    this.#timers.delete(timer);
    this.#timers.add(timer);
    // undici keeps one timer for the life of the process, and starts it again in the next test.
    if (this.isOver) setTimeout(this.#goOffLate, wait, timer).unref();
  }

  readonly #goOffLate = (timer: Timer): void => {
    if (this.#timers.has(timer)) timer.goOff();
  };

  delete(timer: Timer | undefined): void {
    if (timer !== undefined) this.#timers.delete(timer);
  }

  async pass(ms: number): Promise<void> {
    const end = this.passed + ms;
    // Real turns of the event loop: every promise that can go on does.
    await this.#settle();
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.passed = timer.at;
      timer.goOff();
      await this.#settle();
    }
    this.passed = end;
  }

  /** The timer that goes off first, of several at the same time the oldest. */
  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    }
    return first;
  }
}
