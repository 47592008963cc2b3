import type { Millis } from '../core/time.ts';
import type { Answer } from './answer.ts';
import { SharedWork } from './shared-work.ts';

/** Many pages ask for the same: that is made at most so often. */
const REST: Millis = 250;
/** There are as many as people think of. */
const MOST = 100;

/** Answers that are made once for all who ask the same at about the same time. None is older than its question. */
export class SharedAnswers {
  readonly #works = new Map<string, SharedWork<Answer>>();

  /** @param question what tells it from others; of the same question every `make` does the same */
  ask(question: string, make: () => Promise<Answer>): Promise<Answer> {
    const work = this.#works.get(question) ?? this.#add(question, make);
    return work.ask();
  }

  #add(question: string, make: () => Promise<Answer>): SharedWork<Answer> {
    if (this.#works.size >= MOST) this.#works.clear();
    const work = new SharedWork(make, REST);
    this.#works.set(question, work);
    return work;
  }
}
