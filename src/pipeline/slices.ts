import { concatMap, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import type { Observation, Reading, Sighting } from '../core/observation.ts';
import type { TenantId } from '../core/tenant.ts';
import { inTurns } from './turns.ts';

/**
 * As many as the gRPC edge writes in one turn of the event loop: what a slice sets off is written at once, and
 * nothing waits long enough to be costly to the garbage collector.
 */
export const SLICE = 25;

/**
 * Cuts a sighting of many tenants into slices and lets other work run between them. Each slice is as true as
 * the whole; only the last one says that it was all. Who is absent comes first: that most are is trouble of
 * the source, and then nothing is believed that it says of others.
 *
 * @param turn$ completes when everything else that was ready has had its turn: see `inTurns`
 */
export function inSlices(
  turn$: Observable<unknown>,
  size: number = SLICE,
): MonoTypeOperatorFunction<Observation> {
  return concatMap((observation) => {
    if (observation.kind === 'failure' || observation.readings.size <= size) return [observation];
    return inTurns(slicesOf(observation, size), turn$);
  });
}

function* slicesOf(sighting: Sighting, size: number): Iterable<Sighting> {
  let slice = new Map<TenantId, Reading>();
  let left = sighting.readings.size;
  for (const [tenant, reading] of absentFirst(sighting.readings)) {
    slice.set(tenant, reading);
    left--;
    if (slice.size < size && left > 0) continue;
    yield { ...sighting, readings: slice, whole: sighting.whole && left === 0 };
    slice = new Map();
  }
}

function* absentFirst(readings: Sighting['readings']): Iterable<readonly [TenantId, Reading]> {
  for (const entry of readings) if (entry[1].kind === 'absent') yield entry;
  for (const entry of readings) if (entry[1].kind !== 'absent') yield entry;
}
