/** Diff: what changed between two things that the same source, or the fleet, said. */
import { sameLicense } from './license.ts';
import type { Reading } from './observation.ts';
import { sameOverride } from './override.ts';
import type { TenantId } from './tenant.ts';

export type Readings = ReadonlyMap<TenantId, Reading>;

const SILENT: Reading = Object.freeze({ kind: 'silent' });
const ABSENT: Reading = Object.freeze({ kind: 'absent', proven: true });

/**
 * The readings that make the second answer of a source out of its first: what is new or different as it
 * is, what is gone as `silent`.
 */
export function diffReadings(before: Readings, after: Readings): Readings {
  const changes = new Map<TenantId, Reading>();
  for (const [tenant, reading] of after) {
    const previous = before.get(tenant);
    if (previous === undefined || !sameReading(previous, reading)) changes.set(tenant, reading);
  }
  for (const tenant of before.keys()) {
    if (!after.has(tenant)) changes.set(tenant, SILENT);
  }
  return changes;
}

/**
 * Completes what a whole list of licenses says by what it does not say: a tenant in demand that is not
 * listed is absent, and so is one that was listed the last time, for one more answer, so that its end is
 * seen as a fact even where nobody asks about it.
 */
export function withAbsences(
  listed: Readings,
  before: Readings,
  demanded: Iterable<TenantId>,
): Readings {
  const complete = new Map(listed);
  for (const tenant of demanded) {
    if (!listed.has(tenant)) complete.set(tenant, ABSENT);
  }
  for (const [tenant, reading] of before) {
    if (!listed.has(tenant) && reading.kind !== 'absent') complete.set(tenant, ABSENT);
  }
  return complete;
}

/** Whether two readings say the same. */
export function sameReading(a: Reading, b: Reading): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'license':
      return b.kind === 'license' && sameLicense(a.license, b.license);
    case 'override':
      return b.kind === 'override' && sameOverride(a.override, b.override);
    case 'unreadable':
      return b.kind === 'unreadable' && a.problem === b.problem;
    case 'absent':
      return b.kind === 'absent' && a.proven === b.proven;
    case 'silent':
      return b.kind === 'silent';
  }
}
