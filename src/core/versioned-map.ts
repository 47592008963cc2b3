/**
 * A map whose versions are values, and whose newest version is as fast as a plain `Map` (Baker's trick): all
 * versions share one `Map`, which is as the newest has it, and an older one keeps what was different in it.
 *
 * Reading an old version takes as long as what has changed since; editing an old one copies it. Whoever holds an old
 * version keeps alive what was different since then, but never more than about twice the map: after so many
 * changes the newest goes on with a copy of its own, which is cheap because it is rare.
 */
export class VersionedMap<K, V extends object> implements Iterable<readonly [K, V]> {
  readonly size: number;
  #state: Newest<K, V> | Older<K, V>;

  private constructor(entries: Map<K, V>, changes = 0) {
    this.size = entries.size;
    this.#state = { entries, changes };
  }

  static of<K, V extends object>(entries: Iterable<readonly [K, V]> = []): VersionedMap<K, V> {
    return new VersionedMap(new Map(entries));
  }

  get(key: K): V | undefined {
    let state = this.#state;
    while (state.entries === undefined) {
      const change = state.before.find((one) => one.key === key);
      if (change !== undefined) return change.value;
      state = state.next.#state;
    }
    return state.entries.get(key);
  }

  [Symbol.iterator](): Iterator<readonly [K, V]> {
    return this.#copy().entries();
  }

  /** Begins the next version. This one must not be read before the draft is closed. */
  edit(): MapDraft<K, V> {
    const state = this.#state;
    if (state.entries === undefined) return new VersionedMap(this.#copy()).edit();
    return new MapDraft(state.entries, (before) => this.#succeed(state, before));
  }

  #succeed({ entries, changes }: Newest<K, V>, before: Before<K, V>): VersionedMap<K, V> {
    if (before.length === 0) return this;
    const next = new VersionedMap(entries, changes + before.length);
    this.#state = { entries: undefined, before, next };
    const isLong = changes + before.length > 2 * entries.size + FEW;
    return isLong ? new VersionedMap(new Map(entries)) : next;
  }

  #copy(): Map<K, V> {
    const changes: Before<K, V>[] = [];
    let state = this.#state;
    for (; state.entries === undefined; state = state.next.#state) changes.push(state.before);
    const copy = new Map(state.entries);
    for (const { key, value } of changes.flat().reverse()) put(copy, key, value);
    return copy;
  }
}

/** Changes that are kept however small the map is. */
const FEW = 1000;

/** What an older version had where the one after it has something else, the first to be replaced first. */
type Before<K, V> = readonly Entry<K, V>[];

interface Entry<K, V> {
  readonly key: K;
  /** Undefined: none. */
  readonly value: V | undefined;
}

interface Newest<K, V> {
  readonly entries: Map<K, V>;
  /** How many there have been since this `Map` was made. */
  readonly changes: number;
}

interface Older<K, V extends object> {
  readonly entries: undefined;
  readonly before: Before<K, V>;
  readonly next: VersionedMap<K, V>;
}

/** A version in the making. */
export class MapDraft<K, V extends object> {
  readonly #entries: Map<K, V>;
  /** A list, because it is hardly ever looked into, but made for every version. */
  readonly #before: Entry<K, V>[] = [];
  readonly #close: (before: Before<K, V>) => VersionedMap<K, V>;

  constructor(entries: Map<K, V>, close: (before: Before<K, V>) => VersionedMap<K, V>) {
    this.#entries = entries;
    this.#close = close;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** @param value undefined: takes the key out */
  put(key: K, value: V | undefined): void {
    const before = this.#entries.get(key);
    if (before === value) return;
    this.#before.push({ key, value: before });
    put(this.#entries, key, value);
  }

  /** The finished version: the one that it began with, where nothing was changed. */
  close(): VersionedMap<K, V> {
    return this.#close(this.#before);
  }
}

function put<K, V>(entries: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) entries.delete(key);
  else entries.set(key, value);
}
