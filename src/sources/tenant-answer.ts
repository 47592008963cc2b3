import { parseLicense } from '../core/license.ts';
import { isRecord, quote } from '../core/parsed.ts';
import type { TenantId } from '../core/tenant.ts';
import type { TenantResult } from '../pipeline/schedule.ts';
import { doubtAbsence } from './doubt-absence.ts';
import { describeError } from './http/describe-error.ts';
import { describeStatus, type Exchange } from './http/exchange.ts';

/** What an answer about one tenant can come to. */
type TenantAnswer = Extract<
  TenantResult,
  { readonly kind: 'license' | 'absent' | 'unreadable' | 'failed' }
>;

/**
 * What the license service's answer about one tenant says.
 *
 * A license is a fact, and so is a 404 that is the service's own. A record that can't be understood
 * concerns its tenant alone. All else is a failure, 410 too: a retired version of an API answers that,
 * for every tenant.
 */
export function interpret(exchange: Exchange, tenant: TenantId): TenantAnswer {
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
