import type { Readings } from '../../core/diff.ts';
import { readLicenseRecord, type RecordReading } from '../../core/license-record.ts';
import { DEFAULT_RULES, type License, type RecordRules } from '../../core/license.ts';
import type { Reading } from '../../core/observation.ts';
import { isRecord, parsed, quote, unparsed, type Parsed } from '../../core/parsed.ts';
import { parseTenantId, type TenantId } from '../../core/tenant.ts';
import type { Instant } from '../../core/time.ts';
import { findPartSign } from '../../core/whole-list.ts';
import { decodeJsonOrYaml, findEntry, findItem, type Decoded } from './decode-file.ts';
import type { YamlNode } from './yaml-node.ts';

/** What a file of licenses says. */
export interface FiledLicenses {
  /** A `license` or `unreadable` for every tenant that is listed. */
  readonly readings: Readings;
  /** What is wrong with the records that might be anybody's, those of a tenant that comes twice among them. */
  readonly nameless: string | undefined;
  /** The licenses of unreadable records that count once they are over. */
  readonly onceOver: ReadonlyMap<TenantId, License>;
}

const KEY = 'tenants';
const ALLOWED = `allowed is a list of licenses, or an object that holds it as ${KEY}`;

/**
 * Decodes a list of licenses in JSON or YAML, bare or under `tenants`.
 *
 * @returns a problem where the file as a whole can't be understood. An empty list is one: rather than that
 * every customer has gone, something has gone wrong.
 */
export function decodeLicenses(
  bytes: Buffer,
  path: string,
  rules: RecordRules = DEFAULT_RULES,
): Parsed<FiledLicenses> {
  const decoded = decodeJsonOrYaml(bytes, path);
  if (!decoded.ok) return decoded;
  const found = findList(decoded.value.value);
  return found.ok ? readList(found.value, decoded.value, rules) : found;
}

/** The list of licenses in the content of a file. */
interface FoundList {
  /** The top-level key that it stands under; undefined: it is the top level itself. */
  readonly key: string | undefined;
  readonly list: readonly unknown[];
}

/** Finds the list: bare or under `tenants`, one license or more, and no page of many. */
export function findList(content: unknown): Parsed<FoundList> {
  const isBare = Array.isArray(content);
  const list: unknown = isRecord(content) ? content[KEY] : content;
  if (!Array.isArray(list)) return unparsed(`it holds ${quote(content)}, ${ALLOWED}`);
  const sign = findPartSign(isRecord(content) ? content : {}, list.length);
  if (sign !== undefined) return unparsed(`it is not the whole list: ${sign}`);
  if (list.length === 0) return unparsed('its list is empty, allowed are one license or more');
  return parsed({ key: isBare ? undefined : KEY, list });
}

function readList(
  { key, list }: FoundList,
  { root, where }: Decoded,
  rules: RecordRules,
): Parsed<FiledLicenses> {
  const readings = new Map<TenantId, Reading>();
  const onceOver = new Map<TenantId, License>();
  const unnamed: string[] = [];
  list.forEach((record, index) => {
    const name = (): string => `element ${index + 1} of the list${where(key, index)}`;
    const {
      tenant,
      reading,
      onceOver: license,
    } = readItem(record, findItem(root, key, index), rules);
    const problem = reading.kind === 'license' ? '' : `${name()}: ${reading.problem}`;
    if (tenant === undefined) unnamed.push(problem === '' ? name() : problem);
    else if (readings.has(tenant)) {
      // One of the two may be somebody else's, under a name that was copied with the rest.
      unnamed.push(`${name()}: ${tenant} is listed already`);
      readings.set(tenant, unreadable(`listed again as ${name()}`));
      onceOver.delete(tenant);
    } else {
      readings.set(tenant, reading.kind === 'license' ? reading : unreadable(problem));
      if (license !== undefined) onceOver.set(tenant, license);
    }
  });
  const nameless = summarize(unnamed);
  if (readings.size === 0 && nameless !== undefined) return unparsed(nameless);
  return parsed({ readings, nameless, onceOver });
}

/** What the file says at an instant: records of which only the status is not known are read once they are over. */
export function filedAt(filed: FiledLicenses, now: Instant): FiledLicenses {
  const isOver = ({ end }: License): boolean => end !== undefined && end <= now;
  const over = [...filed.onceOver].filter(([, license]) => isOver(license));
  if (over.length === 0) return filed;
  const readings = new Map(filed.readings);
  for (const [tenant, license] of over) readings.set(tenant, { kind: 'license', license });
  return { ...filed, readings };
}

function readItem(record: unknown, node: YamlNode | undefined, rules: RecordRules): RecordReading {
  const slip = describeSlip(node);
  // Which of them are over is seen when it matters, not when the file is decoded.
  if (slip === undefined) return readLicenseRecord(record, rules, -Infinity);
  const reading: RecordReading['reading'] = { kind: 'unreadable', problem: slip };
  return { tenant: readId(record, node), reading, onceOver: undefined };
}

/** What YAML makes of a record that its value does not show. */
function describeSlip(record: YamlNode | undefined): string | undefined {
  const id = findEntry(record, 'id')?.value;
  if (id?.isPlain === true && typeof id.value !== 'string' && id.text !== '') {
    return `id ${id.text ?? ''} is no string in YAML without quotes, allowed is "${id.text ?? ''}"`;
  }
  return record?.problem;
}

/** @returns undefined also where there are two ids, for it can't be known whose record it is */
function readId(record: unknown, node: YamlNode | undefined): TenantId | undefined {
  if (node !== undefined && node.entries.filter(({ key }) => key.text === 'id').length > 1) return;
  const id = parseTenantId(isRecord(record) ? record['id'] : undefined);
  return id.ok ? id.value : undefined;
}

/** All that is wrong, as far as a log line bears it. */
function summarize(problems: readonly string[]): string | undefined {
  if (problems.length === 0) return undefined;
  const more = problems.length > 3 ? [`and ${problems.length - 3} more`] : [];
  return [...problems.slice(0, 3), ...more].join('; ');
}

function unreadable(problem: string): Reading {
  return { kind: 'unreadable', problem };
}
