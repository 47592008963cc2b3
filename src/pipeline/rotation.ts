import type { Instant } from '../core/time.ts';
import type { Queue } from './line.ts';
import type { Place } from './place.ts';

/**
 * Queues that take turns where more is due than can be done: a long one does not keep the others waiting.
 * Where none of them is overdue, whoever is due first comes first.
 */
export class Rotation {
  readonly #queues: readonly Queue[];
  /** Which of them had its turn last. */
  #last = -1;

  constructor(queues: readonly Queue[]) {
    this.#queues = queues;
  }

  /** When the first of all places is due; undefined where there is none. */
  nextAt(): Instant | undefined {
    const instants = this.#queues.flatMap((queue) => queue.nextAt() ?? []);
    return instants.length === 0 ? undefined : Math.min(...instants);
  }

  /** Takes the next place out, due or not; undefined where there is none. */
  shift(now: Instant): Place | undefined {
    return this.#shiftOverdue(now) ?? this.#shiftFirst();
  }

  #shiftOverdue(now: Instant): Place | undefined {
    const { length } = this.#queues;
    for (let step = 1; step <= length; step++) {
      const at = (this.#last + step) % length;
      if (this.#queues[at]?.isOverdue(now) !== true) continue;
      this.#last = at;
      return this.#queues[at].shift();
    }
    return undefined;
  }

  #shiftFirst(): Place | undefined {
    const nextAt = this.nextAt();
    return this.#queues.find((queue) => queue.nextAt() === nextAt)?.shift();
  }
}
