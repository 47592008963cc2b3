import type { Observable } from 'rxjs';
import type { Observation, SourceInfo } from '../core/observation.ts';
import type { TenantId } from '../core/tenant.ts';
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
 * - A tenant of `refresh$` is read again at once, ahead of others: by a reading that begins then, even where one
 *   is under way. What is read is named or confirmed, changed or not. A source in an outage may wait.
 * - A record that can't be understood is `unreadable`, and takes nothing from the others.
 */
export interface Source {
  readonly info: SourceInfo;
  /**
   * @param demand$ the tenants that KEDA asks about
   * @param refresh$ tenants about which something must be known anew now
   */
  observe(
    demand$: Observable<DemandChange>,
    refresh$: Observable<TenantId>,
  ): Observable<Observation>;
}
