/** Builders of what sources say: every field has a plain default, a test names only those that it is about. */
import type { License } from '../../src/core/license.ts';
import type {
  Failure,
  Reading,
  Sighting,
  SourceInfo,
  SourceName,
} from '../../src/core/observation.ts';
import type { Override } from '../../src/core/override.ts';
import type { TenantId } from '../../src/core/tenant.ts';
import type { Instant } from '../../src/core/time.ts';

export const FILE: SourceInfo = {
  name: 'license-file',
  label: 'license file /licenses.json',
  gives: 'licenses',
  onDemand: false,
};

export const SERVICE: SourceInfo = {
  name: 'license-service',
  label: 'license service http://licenses',
  gives: 'licenses',
  onDemand: true,
};

export const OVERRIDES: SourceInfo = {
  name: 'overrides-file',
  label: 'overrides file /overrides.yaml',
  gives: 'overrides',
  onDemand: false,
};

/** Lowest rank first. */
export const SOURCES: readonly SourceInfo[] = [FILE, SERVICE, OVERRIDES];

const TAKING_AWAY: readonly string[] = ['suspended', 'revoked', 'expired', 'canceled'];

/** A license without an end, unless it is given one. */
export function license(over: Partial<License> = {}): License {
  return {
    tenant: 'tenant-a',
    name: undefined,
    services: undefined,
    start: undefined,
    end: undefined,
    status: undefined,
    takenAway: TAKING_AWAY.includes(over.status ?? ''),
    replicas: undefined,
    ...over,
  };
}

/** An override that says nothing, unless it is told what. */
export function override(over: Partial<Override> = {}): Override {
  return { licensed: undefined, replicas: undefined, until: undefined, reason: undefined, ...over };
}

export function licensed(over: Partial<License> = {}): Reading & { kind: 'license' } {
  return { kind: 'license', license: license(over) };
}

export function overridden(over: Partial<Override> = {}): Reading & { kind: 'override' } {
  return { kind: 'override', override: override(over) };
}

export const ABSENT = { kind: 'absent', proven: true } as const satisfies Reading;
/** An absence that anybody may have answered. */
export const UNPROVEN = { kind: 'absent', proven: false } as const satisfies Reading;
export const SILENT = { kind: 'silent' } as const satisfies Reading;

export function unreadable(problem = 'id is missing'): Reading {
  return { kind: 'unreadable', problem };
}

/** What a source read, by tenant; its whole answer, unless it is told otherwise. */
export function sighting(
  source: { readonly name: SourceName },
  at: Instant,
  readings: Readonly<Record<TenantId, Reading>> = {},
  whole = true,
): Sighting {
  return {
    kind: 'sighting',
    source: source.name,
    at,
    readings: new Map(Object.entries(readings)),
    whole,
  };
}

/** A source that can't be read. */
export function failure(
  source: { readonly name: SourceName },
  at: Instant,
  over: Partial<Failure> = {},
): Failure {
  return {
    kind: 'failure',
    source: source.name,
    at,
    tenant: undefined,
    reason: 'connect ECONNREFUSED',
    opaque: false,
    ...over,
  };
}
