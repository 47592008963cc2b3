import { sameReading } from '../../core/diff.ts';
import type { Reading } from '../../core/observation.ts';
import type { TenantId } from '../../core/tenant.ts';
import type { JsonElements } from './json-elements.ts';
import { parseJsonAt } from './json-position.ts';
import {
  readingOf,
  toEntry,
  type Decoded,
  type Entry,
  type Listing,
  type ReadRecord,
} from './listing.ts';

/**
 * A listing in the making, element by element, compared with the last one on the way.
 *
 * It expects the elements in the order of the last listing, and finds its place again after one that is
 * new, gone or different; so a list in another order every time costs more, but is read as well.
 */
export class ListingDraft {
  readonly #bytes: Buffer;
  readonly #last: Listing | undefined;
  readonly #read: ReadRecord;
  readonly #entries: Entry[] = [];
  readonly #places = new Map<TenantId, number>();
  readonly #repeated = new Set<TenantId>();
  readonly #changes = new Map<TenantId, Reading>();
  #nameless: string | undefined;
  #isFinal = true;
  /** The element of the last listing that is expected next. */
  #next = 0;
  /** How many tenants of the last listing were met again. */
  #kept = 0;

  constructor(bytes: Buffer, last: Listing | undefined, read: ReadRecord) {
    this.#bytes = bytes;
    this.#last = last;
    this.#read = read;
  }

  /** How many elements were taken. */
  get size(): number {
    return this.#entries.length;
  }

  /**
   * Takes the next element in.
   *
   * @returns false where there is none
   * @throws SyntaxError where it is not JSON
   */
  takeNext(elements: JsonElements): boolean {
    const expected = this.#last?.entries[this.#next];
    if (!elements.next(expected, this.#last?.bytes)) return false;
    const { start, end } = elements;
    if (expected !== undefined && elements.isExpected && expected.onceOver === undefined) {
      this.#next++;
      this.#kept += this.#add({ ...expected, start, end });
    } else {
      const record = parseJsonAt(this.#bytes, start, end);
      this.#addNew(toEntry({ start, end }, this.#read(record)));
    }
    return true;
  }

  finish(): Decoded {
    const listing: Listing = {
      bytes: this.#bytes,
      entries: this.#entries,
      places: this.#places,
      repeated: this.#repeated,
      nameless: this.#nameless,
      isFinal: this.#isFinal,
    };
    for (const tenant of [...this.#repeated, ...(this.#last?.repeated ?? [])]) {
      const reading = readingOf(listing, tenant);
      if (reading !== undefined) this.#compare(tenant, reading);
    }
    return { listing, changes: this.#changes, missing: this.#missing() };
  }

  #addNew(entry: Entry): void {
    const { tenant, reading } = entry;
    const added = this.#add(entry);
    if (tenant === undefined) return;
    const place = this.#last?.places.get(tenant);
    if (place !== undefined) {
      this.#next = place + 1;
      this.#kept += added;
    }
    this.#compare(tenant, reading);
  }

  /** @returns how many tenants were added: none where the entry is nameless or its tenant stood before */
  #add(entry: Entry): 0 | 1 {
    const { tenant, reading } = entry;
    const count = this.#entries.push(entry);
    if (entry.onceOver !== undefined) this.#isFinal = false;
    if (tenant === undefined) {
      this.#nameless ??= describeNameless(count, reading);
      return 0;
    }
    const before = this.#places.get(tenant);
    this.#places.set(tenant, count - 1);
    if (before === undefined) return 1;
    this.#repeated.add(tenant);
    this.#nameless ??= `element ${count} of the list: its id is that of element ${before + 1} too`;
    return 0;
  }

  #compare(tenant: TenantId, reading: Reading): void {
    const before = this.#last === undefined ? undefined : readingOf(this.#last, tenant);
    if (before === undefined || !sameReading(before, reading)) this.#changes.set(tenant, reading);
    else this.#changes.delete(tenant);
  }

  #missing(): TenantId[] {
    if (this.#last === undefined || this.#kept === this.#last.places.size) return [];
    return [...this.#last.places.keys()].filter((tenant) => !this.#places.has(tenant));
  }
}

function describeNameless(count: number, reading: Reading): string {
  const problem = reading.kind === 'unreadable' ? reading.problem : '';
  return `element ${count} of the list: ${problem}`;
}
