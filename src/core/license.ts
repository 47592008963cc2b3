/** What a license service or a license file holds about one tenant. */
import { parseEnd, parseStart } from './boundary.ts';
import { isRecord, parsed, quote, unparsed, type Parsed } from './parsed.ts';
import { parseTenantId, type TenantId } from './tenant.ts';
import { formatInstant, type Instant } from './time.ts';

/** Statuses that take a license away, whatever its period says. */
const TAKING_AWAY = ['suspended', 'revoked', 'banned', 'expired', 'canceled', 'unpaid'] as const;

/** Statuses that say nothing against a license: its period decides. */
const HARMLESS = ['active', 'trialing', 'expiring', 'past_due'] as const;

const STATUSES: readonly string[] = [...TAKING_AWAY, ...HARMLESS];

/** A license: valid while `start <= now < end`, unless its status takes it away. */
export interface License {
  readonly tenant: TenantId;
  /** A customer's name, for people only. */
  readonly name: string | undefined;
  /** The services it covers; undefined where the record does not say. */
  readonly services: readonly string[] | undefined;
  /** Undefined: it has begun. */
  readonly start: Instant | undefined;
  /** Undefined: it does not end. */
  readonly end: Instant | undefined;
  /** Lower case, one of the known statuses; undefined where the record has none. */
  readonly status: string | undefined;
  /** How many replicas the tenant has paid for, at least 1; undefined where the record does not say. */
  readonly replicas: number | undefined;
}

/** Whether a status takes the license away. */
export function takesAway(status: string): boolean {
  return (TAKING_AWAY as readonly string[]).includes(status);
}

/**
 * Reads one license record: `{id, name, services, period_start, period_end, status, replicas}`, of
 * which only `id` is required. Fields that are not known are passed over: the record is somebody else's.
 *
 * A record with anything that can't be understood is refused whole. Half a license must not decide.
 */
export function parseLicense(record: unknown): Parsed<License> {
  if (!isRecord(record)) return unparsed(`is ${quote(record)}, allowed is an object`);
  const tenant = parseTenantId(record['id']);
  if (!tenant.ok) return unparsed(`id ${tenant.problem}`);
  const start = parseStart(record['period_start']);
  if (!start.ok) return unparsed(`period_start ${start.problem}`);
  const end = parseEnd(record['period_end']);
  if (!end.ok) return unparsed(`period_end ${end.problem}`);
  if (start.value !== undefined && end.value !== undefined && end.value < start.value) {
    return unparsed(
      `period_end ${formatInstant(end.value)} is before period_start ${formatInstant(start.value)}`,
    );
  }
  const status = parseStatus(record['status']);
  if (!status.ok) return unparsed(`status ${status.problem}`);
  const services = parseServices(record['services']);
  if (!services.ok) return unparsed(`services ${services.problem}`);
  const replicas = parseOptionalReplicas(record['replicas']);
  if (!replicas.ok) return unparsed(`replicas ${replicas.problem}`);
  return parsed({
    tenant: tenant.value,
    name: typeof record['name'] === 'string' ? record['name'] : undefined,
    services: services.value,
    start: start.value,
    end: end.value,
    status: status.value,
    replicas: replicas.value,
  });
}

/** Whether two licenses say the same, so that taking one for the other changes nothing for anybody. */
export function sameLicense(a: License, b: License): boolean {
  return (
    a.tenant === b.tenant &&
    a.name === b.name &&
    a.start === b.start &&
    a.end === b.end &&
    a.status === b.status &&
    a.replicas === b.replicas &&
    sameList(a.services, b.services)
  );
}

/** Whether two lists hold the same strings in the same order; undefined equals only undefined. */
export function sameList(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): boolean {
  if (a === b) return true;
  if (a?.length !== b?.length) return false;
  return a?.every((item, index) => item === b?.[index]) ?? false;
}

/** Reads an optional replica count: a whole number from 1 to 2147483647 (an int32, as in Kubernetes). */
export function parseOptionalReplicas(value: unknown): Parsed<number | undefined> {
  if (value === undefined || value === null) return parsed(undefined);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 0x7fffffff) {
    return parsed(value);
  }
  return unparsed(`is ${quote(value)}, allowed is a whole number from 1`);
}

function parseStatus(value: unknown): Parsed<string | undefined> {
  if (value === undefined || value === null) return parsed(undefined);
  const status = typeof value === 'string' ? value.toLowerCase() : undefined;
  if (status !== undefined && STATUSES.includes(status)) return parsed(status);
  return unparsed(`is ${quote(value)}, allowed are ${STATUSES.join(', ')}`);
}

function parseServices(value: unknown): Parsed<readonly string[] | undefined> {
  if (value === undefined || value === null) return parsed(undefined);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return parsed(value);
  return unparsed(`is ${quote(value)}, allowed is a list of strings`);
}
