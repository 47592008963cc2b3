import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../core/time.ts';

/**
 * Work that many may ask for at a time: never done twice at once, and everybody gets what was begun after
 * they asked.
 */
export class SharedWork<T> {
  readonly #work: () => Promise<T>;
  readonly #rest: Millis;
  #beganAt = -Infinity;
  #running: Promise<unknown> | undefined;
  #next: Promise<T> | undefined;

  /** @param rest from one beginning to the next: who asks meanwhile waits, and what he gets is not older than his question */
  constructor(work: () => Promise<T>, rest: Millis = 0) {
    this.#work = work;
    this.#rest = rest;
  }

  /** What comes of the next time that it is done. */
  ask(): Promise<T> {
    this.#next ??= this.#begin();
    return this.#next;
  }

  async #begin(): Promise<T> {
    // Who was first is over when it is, well or not.
    await this.#running?.catch(() => undefined);
    const wait = this.#beganAt + this.#rest - performance.now();
    if (wait > 0) await sleep(wait);
    this.#beganAt = performance.now();
    this.#next = undefined;
    const running = this.#work();
    this.#running = running;
    return running;
  }
}
