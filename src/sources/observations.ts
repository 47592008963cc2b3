/** What the file sources make observations of. */
import { asyncScheduler } from 'rxjs';
import type { Readings } from '../core/diff.ts';
import type { Failure, Sighting, SourceInfo } from '../core/observation.ts';

/** @param whole whether the whole file was read, which confirms the tenants that are not named */
export function toSighting({ name }: SourceInfo, readings: Readings, whole: boolean): Sighting {
  return { kind: 'sighting', source: name, at: asyncScheduler.now(), readings, whole };
}

/** The failure of a whole source. */
export function toFailure({ name }: SourceInfo, reason: string, opaque: boolean): Failure {
  const at = asyncScheduler.now();
  return { kind: 'failure', source: name, at, tenant: undefined, reason, opaque };
}
