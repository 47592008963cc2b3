/** What is true: the licenses and overrides of the tenants of one case, as they change while it runs. */

/**
 * When a case begins, by the clock that is right. It is gone by: the system dates what is written now, and a file
 * that is written in a case must not look as if it had been left alone since long before.
 */
export const BEGIN = Date.UTC(2025, 0, 15, 12);

/** A record as the license service has it. */
export interface LicenseRecord {
  readonly id: string;
  readonly name: string;
  readonly services: readonly string[];
  readonly period_start: string;
  readonly period_end: string;
  readonly status?: string;
}

export interface OverrideEntry {
  readonly licensed: boolean;
  readonly until?: string;
}

/** What there is from each instant on, in order; undefined: nothing. */
export type Timeline<T> = readonly (readonly [from: number, value: T | undefined])[];

/** How much is known of a tenant when the fault begins. */
export type Knowledge = 'known' | 'held' | 'unknown';

export interface Tenant {
  readonly id: string;
  /** What happens to it, in words. */
  readonly story: string;
  readonly knowledge: Knowledge;
  readonly license: Timeline<LicenseRecord>;
  readonly override: Timeline<OverrideEntry>;
  /** What an old license file has about it, where there is one. */
  readonly filed: LicenseRecord | undefined;
}

export function valueAt<T>(timeline: Timeline<T>, at: number): T | undefined {
  return timeline.findLast(([from]) => from <= at)?.[1];
}

/** Whether a license is valid, by the rules that users are told: status, then `start <= at < end`. */
export function isValid(record: LicenseRecord | undefined, at: number): boolean {
  if (record === undefined || record.status === 'suspended') return false;
  return Date.parse(record.period_start) <= at && at < Date.parse(record.period_end);
}

/** What an override says; undefined: it is over, or there is none. */
export function overrules(entry: OverrideEntry | undefined, at: number): boolean | undefined {
  if (entry === undefined) return undefined;
  return entry.until !== undefined && Date.parse(entry.until) <= at ? undefined : entry.licensed;
}

export function isLicensed({ license, override }: Tenant, at: number): boolean {
  return overrules(valueAt(override, at), at) ?? isValid(valueAt(license, at), at);
}

/** When anything is said anew of any of them, in order. */
export function changesOf(tenants: readonly Tenant[]): number[] {
  const all = tenants.flatMap(({ license, override }) => [...license, ...override]);
  return [...new Set(all.map(([from]) => from))]
    .filter((from) => from > BEGIN)
    .sort((a, b) => a - b);
}
