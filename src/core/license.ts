/** What a license service or a license file holds about one tenant. */
import { parseEnd, parseStart } from './boundary.ts';
import { isRecord, parsed, quote, unparsed, type Parsed } from './parsed.ts';
import { findUnreadKeys, type KeyProblem } from './record-keys.ts';
import { parseStatus, type StatusWords } from './status.ts';
import { parseTenantId, type TenantId } from './tenant.ts';
import { formatInstant, type Instant } from './time.ts';

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
  /** In lower case, as `past_due`; undefined where the record has none. */
  readonly status: string | undefined;
  /** Whether its status takes it away, whatever its period says. */
  readonly takenAway: boolean;
  /** How many replicas the tenant has paid for, at least 1; undefined where the record does not say. */
  readonly replicas: number | undefined;
}

/** What an operator can say about how license records are read. */
export interface RecordRules {
  readonly statuses: StatusWords;
  /** Whether a record without an end is refused, unless its status takes the license away. */
  readonly requireEnd: boolean;
  /** Keys that look like one of ours and mean something else. */
  readonly ignoreKeys: readonly string[];
}

export const DEFAULT_RULES: RecordRules = Object.freeze({
  statuses: { active: [], inactive: [] },
  requireEnd: false,
  ignoreKeys: [],
});

/** A license, or all that keeps a record from being one. */
export type ParsedLicense =
  | { readonly ok: true; readonly value: License }
  | {
      readonly ok: false;
      /** One or more. */
      readonly problems: readonly RecordProblem[];
      /** Where nothing but its status can't be understood: the license that it is once its period is over. */
      readonly onceOver: License | undefined;
    };

/** What is wrong with a record; without a key: with all of it. */
export interface RecordProblem {
  readonly key: string | undefined;
  /** To be read after the key. */
  readonly problem: string;
}

/**
 * Reads one license record: `{id, name, services, period_start, period_end, status, replicas}`, of
 * which only `id` is required. Other keys are passed over, for the record is somebody else's, unless
 * one seems to say what a missing key of ours would.
 *
 * A record with anything that can't be understood is refused whole. Half a license must not decide.
 */
export function parseLicense(record: unknown, rules: RecordRules = DEFAULT_RULES): ParsedLicense {
  if (!isRecord(record)) {
    const problem = `is ${quote(record)}, allowed is an object`;
    return { ok: false, problems: [{ key: undefined, problem }], onceOver: undefined };
  }
  const fields = new Fields(record);
  const license = readFields(fields, rules);
  findUnreadKeys(record, rules.ignoreKeys, fields.problems);
  if (rules.requireEnd && !license.takenAway && !fields.has('period_end')) {
    fields.refuse('period_end', 'is missing, and licenseService.requireEnd is true');
  }
  const { problems } = fields;
  if (problems.length === 0) return { ok: true, value: license };
  const isElseGood = problems.every(({ key }) => key === 'status') && license.status === undefined;
  return {
    ok: false,
    problems,
    onceOver: isElseGood && license.end !== undefined ? license : undefined,
  };
}

/** The keys of a record, and what is wrong with them. */
class Fields {
  readonly problems: KeyProblem[] = [];
  readonly #record: Readonly<Record<string, unknown>>;

  constructor(record: Readonly<Record<string, unknown>>) {
    this.#record = record;
  }

  has(key: string): boolean {
    return this.#record[key] !== undefined && this.#record[key] !== null;
  }

  read<T>(key: string, parse: (value: unknown) => Parsed<T>): T | undefined {
    const result = parse(this.#record[key]);
    if (result.ok) return result.value;
    this.refuse(key, result.problem);
    return undefined;
  }

  refuse(key: string, problem: string): void {
    this.problems.push({ key, problem });
  }
}

function readFields(fields: Fields, { statuses }: RecordRules): License {
  const id = fields.read('id', parseTenantId);
  const start = fields.read('period_start', parseStart);
  const end = fields.read('period_end', (value) => parsePeriodEnd(value, start));
  const status = fields.read('status', (value) => parseStatus(value, statuses));
  return {
    // Where the id can't be read there is a problem, and nobody gets to see this license.
    tenant: id ?? '',
    name: fields.read('name', parseName),
    services: fields.read('services', parseServices),
    start,
    end,
    status: status?.word,
    // What is not renewed is paid until its end.
    takenAway:
      status?.effect === 'takes-away' || (status?.effect === 'not-renewed' && end === undefined),
    replicas: fields.read('replicas', parseOptionalReplicas),
  };
}

function parseName(value: unknown): Parsed<string | undefined> {
  return parsed(typeof value === 'string' ? value : undefined);
}

function parsePeriodEnd(value: unknown, start: Instant | undefined): Parsed<Instant | undefined> {
  const end = parseEnd(value);
  if (!end.ok || end.value === undefined || start === undefined || end.value >= start) return end;
  return unparsed(`${formatInstant(end.value)} is before period_start ${formatInstant(start)}`);
}

/** Whether two licenses say the same, so that taking one for the other changes nothing for anybody. */
export function sameLicense(a: License, b: License): boolean {
  return (
    a.tenant === b.tenant &&
    a.name === b.name &&
    a.start === b.start &&
    a.end === b.end &&
    a.status === b.status &&
    a.takenAway === b.takenAway &&
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

function parseServices(value: unknown): Parsed<readonly string[] | undefined> {
  if (value === undefined || value === null) return parsed(undefined);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return parsed(value);
  return unparsed(`is ${quote(value)}, allowed is a list of strings`);
}
