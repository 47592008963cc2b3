/** Listing: what a whole answer of the license service says, as it is kept to compare the next one with. */
import type { RecordReading } from '../../core/license-record.ts';
import type { Reading } from '../../core/observation.ts';
import type { TenantId } from '../../core/tenant.ts';
import type { Span } from './json-elements.ts';

/** One element of the list. */
export interface Entry extends Span, RecordReading {}

/** Reads one record, whatever it is. */
export type ReadRecord = (record: unknown) => RecordReading;

export interface Listing {
  /** The answer as it came; the entries point into it. */
  readonly bytes: Buffer;
  readonly entries: readonly Entry[];
  /** Where in `entries` a tenant stands; where it stands last, if more often than once. */
  readonly places: ReadonlyMap<TenantId, number>;
  /** The tenants that are listed more than once. */
  readonly repeated: ReadonlySet<TenantId>;
  /** What is wrong with the first record that might be anybody's, for its id can't be read or is another's too; undefined: there is none. */
  readonly nameless: string | undefined;
  /** Whether it is read the same at any time. */
  readonly isFinal: boolean;
}

/** A listing, and what is new in it. */
export interface Decoded {
  readonly listing: Listing;
  /** The tenants of which something else is said than in the listing before; made for the caller, who may add. */
  readonly changes: Map<TenantId, Reading>;
  /** The tenants that were listed before and are not now. */
  readonly missing: readonly TenantId[];
}

const REPEATED: Reading = Object.freeze({
  kind: 'unreadable',
  problem: 'its id is listed more than once',
});

/** Makes an entry of a record that was read. */
export function toEntry({ start, end }: Span, { tenant, reading, onceOver }: RecordReading): Entry {
  if (reading.kind === 'license') return { start, end, tenant, reading, onceOver };
  const problem = `record ${reading.problem}`;
  return { start, end, tenant, reading: { kind: 'unreadable', problem }, onceOver };
}

/** What a listing says about a tenant; undefined: nothing. */
export function readingOf(
  { entries, places, repeated }: Listing,
  tenant: TenantId,
): Reading | undefined {
  if (repeated.has(tenant)) return REPEATED;
  const place = places.get(tenant);
  return place === undefined ? undefined : entries[place]?.reading;
}
