import { distinctUntilChanged, map, startWith, type Observable } from 'rxjs';
import type { Fleet, FleetUpdate } from '../core/fleet.ts';

/**
 * Whether every source has been tried, well or badly enough to know. It never becomes false again: a
 * scaler that left its Service because the license service is down would make things worse.
 */
export function readiness(updates$: Observable<FleetUpdate>, initial: Fleet): Observable<boolean> {
  return updates$.pipe(
    map(({ fleet }) => fleet.sources),
    startWith(initial.sources),
    map(isReady),
    distinctUntilChanged(),
  );
}

function isReady(sources: Fleet['sources']): boolean {
  return sources.every(({ info, tried }) => tried || info.onDemand);
}
