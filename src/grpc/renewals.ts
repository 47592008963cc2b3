import type { Millis } from '../core/time.ts';

/**
 * How soon after the end of one stream the next one of the same ScaledObject takes its place. KEDA opens it at once
 * when a ScaledObject was changed, and after 2 s at the soonest when a connection was lost.
 */
const SOON: Millis = 1_000;

/**
 * Tells which streams take the place of another. KEDA rebuilds all that it holds of a ScaledObject when somebody
 * changes it; the old stream and the new one may overlap. The streams that come back after a restart, of KEDA or of this
 * server, are not meant: they are many, and each message costs KEDA a write.
 */
export class Renewals {
  readonly #now: () => Millis;
  readonly #open = new Map<string, number>();
  /** When the last stream of a ScaledObject ended, in the order of their ends. */
  readonly #ended = new Map<string, Millis>();

  /** @param now a monotonic clock */
  constructor(now: () => Millis) {
    this.#now = now;
  }

  /** A stream of the ScaledObject opens. @returns whether it takes the place of another */
  opens(scaledObject: string): boolean {
    const open = this.#open.get(scaledObject) ?? 0;
    this.#open.set(scaledObject, open + 1);
    const endedAt = this.#ended.get(scaledObject) ?? -Infinity;
    return open > 0 || this.#now() - endedAt <= SOON;
  }

  /** A stream of the ScaledObject has ended. */
  ends(scaledObject: string): void {
    const open = (this.#open.get(scaledObject) ?? 0) - 1;
    if (open > 0) {
      this.#open.set(scaledObject, open);
      return;
    }
    this.#open.delete(scaledObject);
    this.#ended.delete(scaledObject);
    this.#ended.set(scaledObject, this.#now());
    this.#forget();
  }

  /** Forgets what ended too long ago to matter, so that nothing is kept of streams that are gone. */
  #forget(): void {
    for (const [scaledObject, endedAt] of this.#ended) {
      if (this.#now() - endedAt <= SOON) return;
      this.#ended.delete(scaledObject);
    }
  }
}
