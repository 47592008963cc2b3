import type { Push } from '../pipeline/pushes.ts';
import type { WriteQueue, Writer } from './write-queue.ts';

/** Where messages go. */
export interface Outlet {
  /** Writes a message; `done` is to be called when the transport has taken it. */
  write(push: Push, done: () => void): void;
  /** A message was replaced by a later one, or by nothing, before it was written. */
  coalesced(): void;
}

/**
 * The latest state of one stream: at most one message waits, and it is the last. A reader that does not
 * keep up gets the state as it is when it reads on, not the history.
 */
export class Latest implements Writer {
  readonly #queue: WriteQueue;
  readonly #outlet: Outlet;
  #waiting: Push | undefined;
  #written: boolean | undefined;
  #isQueued = false;
  #isWriting = false;
  #isClosed = false;

  constructor(queue: WriteQueue, outlet: Outlet) {
    this.#queue = queue;
    this.#outlet = outlet;
  }

  /** Puts a message in the place of the one that waits, if one does. */
  offer(push: Push): void {
    if (this.#waiting === undefined) {
      this.#waiting = push;
    } else {
      this.#outlet.coalesced();
      this.#waiting = push.cause === 'repeat' ? this.#waiting : push;
    }
    this.#enqueue();
  }

  /** Nothing is written any more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = undefined;
  }

  #enqueue(): void {
    if (this.#isQueued || this.#isWriting || this.#isClosed) return;
    this.#isQueued = true;
    this.#queue.enqueue(this);
  }

  /** The queue gives this stream its turn. */
  flush(): void {
    this.#isQueued = false;
    const push = this.#waiting;
    this.#waiting = undefined;
    if (push === undefined) return;
    if (push.active === this.#written && push.cause !== 'repeat') {
      // It changed and changed back while it waited: the reader has missed nothing.
      this.#outlet.coalesced();
      return;
    }
    this.#written = push.active;
    this.#isWriting = true;
    this.#outlet.write(push, () => {
      this.#isWriting = false;
      if (this.#waiting !== undefined) this.#enqueue();
    });
  }
}
