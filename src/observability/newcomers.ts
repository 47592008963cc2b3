import type { Transition } from '../core/fleet-update.ts';
import { describeStanding } from '../core/standing.ts';
import type { Millis } from '../core/time.ts';
import type { Logger } from './logger.ts';

/** How long tenants are gathered for one line: a start brings thousands within seconds. */
const SPAN: Millis = 10_000;

/** Tells of tenants that something is known of for the first time, in one line for all of some seconds. */
export class Newcomers {
  readonly #logger: Logger;
  readonly #later: (run: () => void, delay: Millis) => void;
  #count = { licensed: 0, unlicensed: 0 };
  #last: Transition | undefined;

  /** @param later runs something later; it must not keep the process alive */
  constructor(logger: Logger, later: (run: () => void, delay: Millis) => void) {
    this.#logger = logger;
    this.#later = later;
  }

  add(transition: Transition): void {
    const { status } = transition.after;
    if (transition.before.status !== 'unknown' || status === 'unknown') return;
    if (this.#last === undefined) {
      this.#later(() => {
        this.#tell();
      }, SPAN);
    }
    this.#last = transition;
    this.#count[status]++;
  }

  #tell(): void {
    const [{ licensed, unlicensed }, last] = [this.#count, this.#last];
    this.#count = { licensed: 0, unlicensed: 0 };
    this.#last = undefined;
    if (last === undefined) return;
    const total = licensed + unlicensed;
    const [all, good, bad] = [total, licensed, unlicensed].map((n) => n.toLocaleString('en'));
    const message =
      total === 1
        ? `${last.tenant} is known now: ${describeStanding(last.after)}`
        : `${all} tenants are known now: ${good} licensed, ${bad} unlicensed`;
    this.#logger.info({ licensed, unlicensed }, message);
  }
}
