const TICK = 100;

/** Notices when this process was not let run: then what it measured meanwhile is not worth anything. */
export class Watchman {
  #longest = 0;
  #last = Date.now();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => {
      this.#look();
    }, TICK).unref();
  }

  /** @returns the longest standstill, in milliseconds */
  stop(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.#longest;
  }

  #look(): void {
    const now = Date.now();
    this.#longest = Math.max(this.#longest, now - this.#last - TICK);
    this.#last = now;
  }
}
