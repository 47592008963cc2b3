/** Writes that one turn of the event loop may carry: of 16 to 250, the number with which the last of 10,000 is received soonest. */
const SHARE = 25;

/** Something that has a message to write; it must not throw. */
export interface Writer {
  flush(): void;
}

/**
 * Shares the event loop among streams that all have something to write: what comes first is written at
 * once, the rest in later turns. A change of every tenant then neither blocks the loop nor delays the
 * flushing of what was written first, which makes the last message arrive sooner, not later.
 */
export class WriteQueue {
  #left = SHARE;
  #waiting: Writer[] = [];
  /** How many of `#waiting` have had their turn. Taking them out one by one would copy the rest each time. */
  #done = 0;
  #scheduled = false;

  /** Lets the writer write now, or in a later turn of the event loop; in order. */
  enqueue(writer: Writer): void {
    this.#schedule();
    if (this.#left > 0 && this.#waiting.length === 0) {
      this.#left--;
      writer.flush();
    } else {
      this.#waiting.push(writer);
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#scheduled = false;
    const begin = this.#done;
    const end = Math.min(begin + SHARE, this.#waiting.length);
    const turn = this.#waiting;
    this.#left = SHARE - (end - begin);
    this.#done = end;
    if (end < turn.length) this.#schedule();
    else this.#reset();
    for (let next = begin; next < end; next++) turn[next]?.flush();
  };

  #reset(): void {
    this.#waiting = [];
    this.#done = 0;
  }
}
