/**
 * Work that many may ask for at a time: never done twice at once, and everybody gets what was begun after
 * they asked.
 */
export class SharedWork<T> {
  readonly #work: () => Promise<T>;
  #running: Promise<unknown> | undefined;
  #next: Promise<T> | undefined;

  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  /** What comes of the next time that it is done. */
  ask(): Promise<T> {
    this.#next ??= this.#begin();
    return this.#next;
  }

  async #begin(): Promise<T> {
    // Who was first is over when it is, well or not.
    await this.#running?.catch(() => undefined);
    this.#next = undefined;
    const running = this.#work();
    this.#running = running;
    return running;
  }
}
