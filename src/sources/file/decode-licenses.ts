import type { Readings } from '../../core/diff.ts';
import { parseLicense } from '../../core/license.ts';
import type { Reading } from '../../core/observation.ts';
import { isRecord, parsed, quote, unparsed, type Parsed } from '../../core/parsed.ts';
import { parseTenantId, type TenantId } from '../../core/tenant.ts';
import { decodeJsonOrYaml, type Decoded } from './decode-file.ts';

/** What a file of licenses says. */
export interface FiledLicenses {
  /** A `license` or `unreadable` for every tenant that is listed. */
  readonly readings: Readings;
  /** What is wrong with the first record that might be anybody's; undefined: there is none. */
  readonly nameless: string | undefined;
}

const KEY = 'tenants';
const ALLOWED = `allowed is a list of licenses, or an object that holds it as ${KEY}`;

/**
 * Decodes a list of licenses in JSON or YAML, bare or under `tenants`.
 *
 * @returns a problem where the file as a whole can't be understood. An empty list is one: rather than that
 * every customer has gone, something has gone wrong.
 */
export function decodeLicenses(bytes: Buffer, path: string): Parsed<FiledLicenses> {
  const decoded = decodeJsonOrYaml(bytes, path);
  if (!decoded.ok) return decoded;
  const found = findList(decoded.value.value);
  return found.ok ? readList(found.value, decoded.value) : found;
}

/** The list of licenses in the content of a file. */
interface FoundList {
  /** The top-level key that it stands under; undefined: it is the top level itself. */
  readonly key: string | undefined;
  readonly list: readonly unknown[];
}

/** Finds the list: bare or under `tenants`, one license or more. */
export function findList(content: unknown): Parsed<FoundList> {
  const isBare = Array.isArray(content);
  const list: unknown = isRecord(content) ? content[KEY] : content;
  if (!Array.isArray(list)) return unparsed(`it holds ${quote(content)}, ${ALLOWED}`);
  if (list.length === 0) return unparsed('its list is empty, allowed are one license or more');
  return parsed({ key: isBare ? undefined : KEY, list });
}

function readList({ key, list }: FoundList, { where }: Decoded): Parsed<FiledLicenses> {
  const readings = new Map<TenantId, Reading>();
  let nameless: string | undefined;
  list.forEach((record, index) => {
    const name = (): string => `element ${index + 1} of the list${where(key, index)}`;
    const license = parseLicense(record);
    const tenant = license.ok ? license.value.tenant : readId(record);
    if (tenant === undefined) nameless ??= license.ok ? undefined : `${name()}: ${license.problem}`;
    else if (readings.has(tenant)) readings.set(tenant, unreadable(`listed again as ${name()}`));
    else if (license.ok) readings.set(tenant, { kind: 'license', license: license.value });
    else readings.set(tenant, unreadable(`${name()}: ${license.problem}`));
  });
  if (readings.size === 0 && nameless !== undefined) return unparsed(nameless);
  return parsed({ readings, nameless });
}

function readId(record: unknown): TenantId | undefined {
  const id = parseTenantId(isRecord(record) ? record['id'] : undefined);
  return id.ok ? id.value : undefined;
}

function unreadable(problem: string): Reading {
  return { kind: 'unreadable', problem };
}
