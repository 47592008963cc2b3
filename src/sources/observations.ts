/** What the file sources make observations of. */
import { asyncScheduler } from 'rxjs';
import type { Readings } from '../core/diff.ts';
import type { Failure, Sighting, SourceInfo } from '../core/observation.ts';
import type { Instant } from '../core/time.ts';

/**
 * @param at when the reading began that it follows from
 * @param whole whether the whole file was read, which confirms the tenants that are not named
 */
export function toSighting(
  { name }: SourceInfo,
  readings: Readings,
  at: Instant,
  whole: boolean,
): Sighting {
  return { kind: 'sighting', source: name, at, readings, whole };
}

/** The failure of a whole source. */
export function toFailure({ name }: SourceInfo, reason: string, opaque: boolean): Failure {
  const at = asyncScheduler.now();
  return { kind: 'failure', source: name, at, tenant: undefined, reason, opaque };
}
