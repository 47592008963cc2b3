import type { Observable } from 'rxjs';
import type { Observation, SourceInfo } from '../core/observation.ts';
import type { DemandChange } from './demand.ts';

/**
 * A source of facts: the license service, the license file, the overrides file.
 *
 * What a source promises about `observe`, and what the shared contract test holds it to:
 *
 * - Nothing happens before it is subscribed to, and nothing is left when it is unsubscribed from.
 * - It never errors and never completes. Whatever goes wrong is a `failure`, and it goes on trying.
 * - It speaks soon: the first observation does not wait for an interval. A source that asks only about
 *   tenants in demand may have nothing to say before there are any.
 * - It says what changed, not what it said before; but as long as it works, it confirms its whole
 *   answer (an empty `sighting` that is `whole`), or every tenant, at least once a minute.
 * - A source of licenses names every tenant in demand: with its license, or as `absent`.
 * - A record that can't be understood is `unreadable`, and takes nothing from the others.
 */
export interface Source {
  readonly info: SourceInfo;
  observe(demand$: Observable<DemandChange>): Observable<Observation>;
}
