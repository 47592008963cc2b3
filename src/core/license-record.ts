import { parseLicense, type License, type RecordProblem, type RecordRules } from './license.ts';
import type { Reading } from './observation.ts';
import { isRecord } from './parsed.ts';
import { parseTenantId, type TenantId } from './tenant.ts';
import type { Instant } from './time.ts';

/** What a source makes of one license record. */
export interface RecordReading {
  /** Undefined: it has no id that can be read, so that it might be anybody's. */
  readonly tenant: TenantId | undefined;
  readonly reading: Extract<Reading, { readonly kind: 'license' | 'unreadable' }>;
  /** The license that takes its place once it is over; undefined: it is read the same at any time. */
  readonly onceOver: License | undefined;
}

/**
 * Reads one license record, whatever it is. Where nothing but its status can't be understood, it is
 * unreadable only until its period is over: no status makes a license valid then.
 */
export function readLicenseRecord(
  record: unknown,
  rules: RecordRules,
  now: Instant,
): RecordReading {
  const license = parseLicense(record, rules);
  if (license.ok) return licensed(license.value);
  const { onceOver, problems } = license;
  if (onceOver?.end !== undefined && onceOver.end <= now) return licensed(onceOver);
  const id = parseTenantId(isRecord(record) ? record['id'] : undefined);
  return {
    tenant: id.ok ? id.value : undefined,
    reading: { kind: 'unreadable', problem: describeProblems(problems) },
    onceOver,
  };
}

function licensed(license: License): RecordReading {
  return { tenant: license.tenant, reading: { kind: 'license', license }, onceOver: undefined };
}

function describeProblems(problems: readonly RecordProblem[]): string {
  return problems
    .map(({ key, problem }) => (key === undefined ? problem : `${key} ${problem}`))
    .join('; ');
}
