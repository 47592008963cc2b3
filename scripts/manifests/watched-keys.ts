import { isRecord } from '../../src/core/parsed.ts';
import type { Finding, Path } from './problem.ts';

/**
 * Finds out which keys a validator knows, by watching which ones it looks at.
 *
 * The schema packages hold compiled validators, no schemas. Such a validator asks an object for every
 * property that its schema has, whether it is there or not, and goes through all keys of an object
 * only where the schema allows any (`additionalProperties`: labels, data). What is there but was never
 * looked at is therefore unknown to the schema.
 */
export class WatchedKeys {
  readonly #known = new Map<object, Set<string>>();
  readonly #open = new WeakSet();
  readonly #proxies = new Map<object, object>();

  /** The value, to be given to the validator instead of the value itself. */
  watch(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const watched = this.#proxies.get(value) ?? this.#createProxy(value);
    this.#proxies.set(value, watched);
    return watched;
  }

  /** The keys, at any depth, that the validator does not know. */
  unknownIn(value: unknown, path: Path = []): Finding[] {
    if (Array.isArray(value)) {
      return value.flatMap((item, index) => this.unknownIn(item, [...path, index]));
    }
    if (!isRecord(value)) return [];
    const known = this.#known.get(value);
    // Never asked for a key: the schema says no more than that it is an object.
    if (known === undefined) return [];
    return Object.entries(value).flatMap(([key, inner]) => {
      const at = [...path, key];
      if (known.has(key) || this.#open.has(value)) return this.unknownIn(inner, at);
      return [{ path: at, message: unknownKey(known) }];
    });
  }

  #createProxy(value: object): object {
    return new Proxy(value, {
      get: (target, key, receiver) => {
        if (typeof key === 'string' && !Array.isArray(target)) this.#knownOf(target).add(key);
        return this.watch(Reflect.get(target, key, receiver));
      },
      ownKeys: (target) => {
        this.#knownOf(target);
        this.#open.add(target);
        return Reflect.ownKeys(target);
      },
    });
  }

  #knownOf(target: object): Set<string> {
    const known = this.#known.get(target) ?? new Set();
    this.#known.set(target, known);
    return known;
  }
}

/** What to say of a key that is not known. */
export function unknownKey(known: Iterable<string>): string {
  const allowed = [...known].sort().join(', ');
  return `is no field of its schema; known here are ${allowed}: correct the name or take it out`;
}
