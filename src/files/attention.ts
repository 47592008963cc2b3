import { BehaviorSubject, distinctUntilChanged, type Observable } from 'rxjs';
import { describeSystemError, hasCode } from './describe-system-error.ts';

/** Why what happens to a file is not told of, and what to do. */
const SILENT =
  'it changed and the system did not tell: it is on a network file system, or a link leads to it';

const REMEDIES: readonly (readonly [code: string, remedy: string])[] = [
  ['ENOSPC', ': raise fs.inotify.max_user_watches of the node'],
  ['EMFILE', ': raise fs.inotify.max_user_instances of the node, or the limit of open files'],
];

/**
 * Whether the system tells of changes to a file. It does not where it can't watch, by lack of inotify
 * watches, nor on a network file system or where a link leads to another directory, although it can watch.
 *
 * Holds state for one watch.
 */
export class Attention {
  readonly #isDoubtful$ = new BehaviorSubject(false);
  readonly #noticed: (problem: string) => void;
  #hasNoticed = false;
  #isBlind = false;
  #isDeaf = false;
  #isSuspect = false;
  /** How many looks what was told last may explain: the one under way, and the one that it sets off. */
  #explained = 2;

  /** @param noticed told once why changes are not told of, and what to do */
  constructor(noticed: (problem: string) => void) {
    this.#noticed = noticed;
  }

  /** Whether changes are to be looked for more often. */
  get isDoubtful$(): Observable<boolean> {
    return this.#isDoubtful$.pipe(distinctUntilChanged());
  }

  /** The system can't watch. */
  failed(error: unknown): void {
    const remedy = REMEDIES.find(([code]) => hasCode(error, code))?.[1] ?? '';
    this.#notice(`the system can't watch it (${describeSystemError(error)})${remedy}`);
    this.#isBlind = true;
    this.#update();
  }

  /** The system has told that something happened, and so it can watch. */
  told(): void {
    this.#explained = 2;
    this.#isSuspect = false;
    this.#isBlind = false;
    this.#update();
  }

  /**
   * A look has ended. A change that it found may be told of a moment later: only if nothing is told until the
   * next look, it was not seen.
   */
  looked(hasChanged: boolean): void {
    if (this.#isSuspect && !this.#isBlind) {
      this.#isDeaf = true;
      this.#notice(SILENT);
    }
    this.#isSuspect = hasChanged && this.#explained === 0;
    this.#explained = Math.max(0, this.#explained - 1);
    this.#update();
  }

  #notice(problem: string): void {
    if (!this.#hasNoticed) this.#noticed(problem);
    this.#hasNoticed = true;
  }

  #update(): void {
    this.#isDoubtful$.next(this.#isBlind || this.#isDeaf || this.#isSuspect);
  }
}
