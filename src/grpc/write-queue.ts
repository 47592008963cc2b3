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
  /** Writes left of this turn's share, or of the last one that was used up. */
  #left = SHARE;
  #waiting: Writer[] = [];
  /** How many of `#waiting` have had their turn. Taking them out one by one would copy the rest each time. */
  #done = 0;

  /** Lets the writer write now, or in a later turn of the event loop; in order. */
  enqueue(writer: Writer): void {
    if (this.#left === 0) {
      this.#waiting.push(writer);
      return;
    }
    this.#left--;
    // Only a share that is used up needs a turn to renew it: a single change sets nothing up.
    if (this.#left === 0) setImmediate(this.#turn);
    writer.flush();
  }

  readonly #turn = (): void => {
    const begin = this.#done;
    const end = Math.min(begin + SHARE, this.#waiting.length);
    const turn = this.#waiting;
    this.#done = end;
    if (end === turn.length) this.#reset();
    this.#left = SHARE - (end - begin);
    if (this.#left === 0) setImmediate(this.#turn);
    for (let next = begin; next < end; next++) turn[next]?.flush();
  };

  #reset(): void {
    this.#waiting = [];
    this.#done = 0;
  }
}
