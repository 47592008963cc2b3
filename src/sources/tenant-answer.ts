import { DEFAULT_PROOF, type AbsenceProof } from '../core/absence-proof.ts';
import { readLicenseRecord } from '../core/license-record.ts';
import { DEFAULT_RULES, type RecordRules } from '../core/license.ts';
import { isRecord, quote } from '../core/parsed.ts';
import { findError, findUnreadKeys, type KeyProblem } from '../core/record-keys.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';
import type { TenantResult } from '../pipeline/schedule.ts';
import { provesAbsence } from './absence-proof.ts';
import { doubtAbsence } from './doubt-absence.ts';
import { describeError } from './http/describe-error.ts';
import { describeStatus, type Exchange } from './http/exchange.ts';

/** What an answer about one tenant can come to. */
type TenantAnswer = Extract<
  TenantResult,
  { readonly kind: 'license' | 'absent' | 'unreadable' | 'failed' }
>;

/** How answers are read. */
export interface AnswerRules extends RecordRules {
  readonly absence: {
    /** What tells that the service does not know a tenant; one of them is enough. */
    readonly proof: readonly AbsenceProof[];
    /** For how long an absence that is not proven must last before it counts. */
    readonly confirmFor: Millis;
  };
}

export const DEFAULT_ANSWER_RULES: AnswerRules = Object.freeze({
  ...DEFAULT_RULES,
  absence: { proof: DEFAULT_PROOF, confirmFor: 300_000 },
});

/**
 * What the license service's answer about one tenant says.
 *
 * A license is a fact. A record that can't be understood concerns its tenant alone. That the tenant is
 * absent is said by what is described as a proof of it, and, without being proven, by any other 404
 * that is not surely somebody else's. All else is a failure; 410 too, for a retired version of an API
 * answers that for every tenant.
 */
export function interpret(
  exchange: Exchange,
  tenant: TenantId,
  rules: AnswerRules,
  now: Instant,
): TenantAnswer {
  if (exchange.kind === 'none') return failed(exchange.reason);
  if (exchange.redirectedTo === undefined && provesAbsence(exchange, tenant, rules.absence.proof)) {
    return { kind: 'absent', proven: true };
  }
  if (exchange.status === 200) return readAnswer(exchange.body, tenant, rules, now);
  if (exchange.status !== 404) return failed(describeStatus(exchange.status));
  const doubt = doubtAbsence(exchange);
  return doubt === undefined ? { kind: 'absent', proven: false } : failed(doubt);
}

function readAnswer(body: Buffer, asked: TenantId, rules: AnswerRules, now: Instant): TenantAnswer {
  try {
    const answer: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    const record = isRecord(answer) && isRecord(answer['tenant']) ? answer['tenant'] : answer;
    const [slip] = record === answer ? [] : findBeside(record, answer, rules);
    if (slip !== undefined) return unreadable(`answer's ${slip.key} ${slip.problem}`);
    const { tenant, reading } = readLicenseRecord(record, rules, now);
    if (reading.kind === 'unreadable') return unreadable(`record ${reading.problem}`);
    if (tenant === asked) return reading;
    return unreadable(`asked about ${quote(asked)}, it answers about ${quote(tenant)}`);
  } catch (error) {
    return failed(`answer can't be read: ${describeError(error)}`);
  }
}

/** The keys of a record that decide about its license. */
const DECIDING = ['period_start', 'period_end', 'status', 'services'] as const;

/** What stands beside the record, where nobody would read it, and says something about the license. */
function findBeside(record: unknown, answer: unknown, { ignoreKeys }: AnswerRules): KeyProblem[] {
  if (!isRecord(record) || !isRecord(answer)) return [];
  const error = findError(answer);
  const problems: KeyProblem[] = error === undefined ? [] : [error];
  for (const key of DECIDING) {
    if ((answer[key] ?? null) === null || (record[key] ?? null) !== null) continue;
    problems.push({ key, problem: `is ${quote(answer[key])}, and stands beside the record` });
  }
  findUnreadKeys(record, [...ignoreKeys, 'tenant'], problems, answer);
  return problems;
}

function unreadable(problem: string): TenantAnswer & { readonly kind: 'unreadable' } {
  return { kind: 'unreadable', problem };
}

function failed(reason: string): TenantAnswer & { readonly kind: 'failed' } {
  return { kind: 'failed', reason };
}
