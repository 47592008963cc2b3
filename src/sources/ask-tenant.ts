import { asyncScheduler, type Observable } from 'rxjs';
import { parsed, quote, unparsed, type Parsed } from '../core/parsed.ts';
import type { TenantId } from '../core/tenant.ts';
import type { TenantAttempt } from '../pipeline/schedule.ts';
import { clockOf, isRefusal, isThrottled, retryAfterOf } from './http/exchange.ts';
import { fromAbortable } from './http/from-abortable.ts';
import type { HttpClient } from './http/http-client.ts';
import { reportOf, type LicenseServiceObserver } from './observer.ts';
import { interpret, type AnswerRules } from './tenant-answer.ts';

/**
 * Asks the license service about one tenant. Emits once and never errors.
 *
 * @param path holds `{tenantId}`
 */
export function askTenant(
  client: HttpClient,
  path: string,
  tenant: TenantId,
  rules: AnswerRules,
  observer: LicenseServiceObserver,
): Observable<TenantAttempt> {
  return fromAbortable(async (signal) => {
    const target = pathOf(path, tenant);
    if (!target.ok)
      return { result: { kind: 'unreadable', problem: target.problem }, failed: false };
    const exchange = await client.get(target.value, {}, signal);
    const result = interpret(exchange, tenant, rules, asyncScheduler.now());
    observer.requested?.(reportOf(exchange, result.kind));
    if (result.kind !== 'failed') return { result, failed: false, clock: clockOf(exchange) };
    return {
      result,
      failed: !isRefusal(exchange),
      throttled: isThrottled(exchange),
      retryAfter: retryAfterOf(exchange, asyncScheduler.now()),
    };
  });
}

function pathOf(path: string, tenant: TenantId): Parsed<string> {
  try {
    return parsed(path.replaceAll('{tenantId}', encodeURIComponent(tenant)));
  } catch {
    return unparsed(`tenant id ${quote(tenant)} is no Unicode text, so no URL can hold it`);
  }
}
