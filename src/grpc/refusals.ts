import type { RefusedScaledObject } from '../core/report/scaled-object-row.ts';
import type { Name } from './scaled-object-entry.ts';

/** Of more than so many, the oldest are forgotten: they are mistakes, and there are few. */
const MOST = 1_000;

/** ScaledObjects whose trigger can't be read, each with what was wrong the last time, until it can be read. */
export class Refusals {
  readonly #refused = new Map<string, RefusedScaledObject>();

  /** @param why a sentence that names key, value and what is allowed */
  add({ namespace, name }: Name, why: string): void {
    const path = pathOf({ namespace, name });
    this.#refused.delete(path);
    this.#refused.set(path, { namespace, name, why });
    const [oldest] = this.#refused.size > MOST ? this.#refused.keys() : [];
    if (oldest !== undefined) this.#refused.delete(oldest);
  }

  /** It can be read now. Asked at every call, so nothing is made where there is nothing. */
  delete(name: Name): void {
    if (this.#refused.size > 0) this.#refused.delete(pathOf(name));
  }

  /** Those of a namespace. */
  of(namespace: string): RefusedScaledObject[] {
    return [...this.#refused.values()].filter((each) => each.namespace === namespace);
  }
}

function pathOf({ namespace, name }: Name): string {
  return `${namespace}/${name}`;
}
