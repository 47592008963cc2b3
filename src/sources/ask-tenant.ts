import { asyncScheduler, type Observable } from 'rxjs';
import { parseLicense } from '../core/license.ts';
import { isRecord, parsed, quote, unparsed, type Parsed } from '../core/parsed.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Attempt } from '../pipeline/poll.ts';
import type { TenantResult } from '../pipeline/schedule.ts';
import { doubtAbsence } from './doubt-absence.ts';
import { describeError } from './http/describe-error.ts';
import { describeStatus, retryAfterOf, type Exchange } from './http/exchange.ts';
import { fromAbortable } from './http/from-abortable.ts';
import type { HttpClient } from './http/http-client.ts';
import { reportOf, type LicenseServiceObserver } from './observer.ts';

/** What an answer about one tenant can come to. */
type TenantAnswer = Extract<
  TenantResult,
  { readonly kind: 'license' | 'absent' | 'unreadable' | 'failed' }
>;

/**
 * Asks the license service about one tenant. Emits once and never errors.
 *
 * A license is a fact, and so is a 404 that is the service's own. A record that can't be understood
 * concerns its tenant alone. All else is a failure of the service, 410 too: a retired version of an API
 * answers that, for every tenant.
 *
 * @param path holds `{tenantId}`
 */
export function askTenant(
  client: HttpClient,
  path: string,
  tenant: TenantId,
  observer: LicenseServiceObserver,
): Observable<Attempt<TenantResult>> {
  return fromAbortable(async (signal) => {
    const target = pathOf(path, tenant);
    if (!target.ok) return { result: unreadable(target.problem), failed: false };
    const exchange = await client.get(target.value, {}, signal);
    const result = interpret(exchange, tenant);
    observer.requested?.(reportOf(exchange, result.kind));
    if (result.kind !== 'failed') return { result, failed: false };
    return { result, failed: true, retryAfter: retryAfterOf(exchange, asyncScheduler.now()) };
  });
}

function pathOf(path: string, tenant: TenantId): Parsed<string> {
  try {
    return parsed(path.replaceAll('{tenantId}', encodeURIComponent(tenant)));
  } catch {
    return unparsed(`tenant id ${quote(tenant)} is no Unicode text, so no URL can hold it`);
  }
}

function interpret(exchange: Exchange, tenant: TenantId): TenantAnswer {
  if (exchange.kind === 'none') return failed(exchange.reason);
  switch (exchange.status) {
    case 200:
      return readRecord(exchange.body, tenant);
    case 404: {
      const doubt = doubtAbsence(exchange);
      return doubt === undefined ? { kind: 'absent', proven: true } : failed(doubt);
    }
    default:
      return failed(describeStatus(exchange.status));
  }
}

function readRecord(body: Buffer, tenant: TenantId): TenantAnswer {
  try {
    const answer: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    const record = isRecord(answer) && isRecord(answer['tenant']) ? answer['tenant'] : answer;
    const license = parseLicense(record);
    if (!license.ok) return unreadable(`record ${license.problem}`);
    const { value } = license;
    if (value.tenant === tenant) return { kind: 'license', license: value };
    return unreadable(`asked about ${quote(tenant)}, it answers about ${quote(value.tenant)}`);
  } catch (error) {
    return failed(`answer can't be read: ${describeError(error)}`);
  }
}

function unreadable(problem: string): TenantAnswer & { readonly kind: 'unreadable' } {
  return { kind: 'unreadable', problem };
}

function failed(reason: string): TenantAnswer & { readonly kind: 'failed' } {
  return { kind: 'failed', reason };
}
