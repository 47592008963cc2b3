/** Listing: what a whole answer of the license service says, as it is kept to compare the next one with. */
import { parseLicense } from '../../core/license.ts';
import type { Reading } from '../../core/observation.ts';
import { isRecord } from '../../core/parsed.ts';
import { parseTenantId, type TenantId } from '../../core/tenant.ts';
import type { Span } from './json-elements.ts';

/** One element of the list. */
export interface Entry extends Span {
  /** Undefined: it has no id that can be read, so that it might be anybody's. */
  readonly tenant: TenantId | undefined;
  readonly reading: Reading;
}

export interface Listing {
  /** The answer as it came; the entries point into it. */
  readonly bytes: Buffer;
  readonly entries: readonly Entry[];
  /** Where in `entries` a tenant stands; where it stands last, if more often than once. */
  readonly places: ReadonlyMap<TenantId, number>;
  /** The tenants that are listed more than once. */
  readonly repeated: ReadonlySet<TenantId>;
  /** What is wrong with the first record that might be anybody's; undefined: there is none. */
  readonly nameless: string | undefined;
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

/** Reads a record of the list, whatever it is. */
export function readEntry(record: unknown, { start, end }: Span): Entry {
  const license = parseLicense(record);
  if (license.ok) {
    const { value } = license;
    return { start, end, tenant: value.tenant, reading: { kind: 'license', license: value } };
  }
  const id = parseTenantId(isRecord(record) ? record['id'] : undefined);
  const reading: Reading = { kind: 'unreadable', problem: `record ${license.problem}` };
  return { start, end, tenant: id.ok ? id.value : undefined, reading };
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
