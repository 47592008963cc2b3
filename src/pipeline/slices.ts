import {
  asyncScheduler,
  concatMap,
  of,
  scheduled,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import type { Observation, Reading, Sighting } from '../core/observation.ts';
import type { TenantId } from '../core/tenant.ts';

/** So that everything that a slice sets off, down to the log lines, holds the event loop for a few ms only. */
export const SLICE = 250;

/**
 * Cuts a sighting of many tenants into slices and lets other work run between them. Tenants do not
 * depend on one another, so each slice is as true as the whole; only the last one says that it was all.
 */
export function inSlices(size: number = SLICE): MonoTypeOperatorFunction<Observation> {
  return concatMap((observation): Observable<Observation> => {
    if (observation.kind === 'failure' || observation.readings.size <= size) return of(observation);
    return scheduled(slicesOf(observation, size), asyncScheduler);
  });
}

function slicesOf(sighting: Sighting, size: number): Sighting[] {
  const entries: [TenantId, Reading][] = [...sighting.readings];
  const count = Math.ceil(entries.length / size);
  return Array.from({ length: count }, (_, index) => ({
    ...sighting,
    readings: new Map(entries.slice(index * size, (index + 1) * size)),
    whole: sighting.whole && index === count - 1,
  }));
}
