import { CORE_SCHEMA, load } from 'js-yaml';
import { messageOf } from '../core/operator-error.ts';
import { isRecord, parsed, quote, unparsed, type Parsed } from '../core/parsed.ts';
import { parseTenantId, type TenantId } from '../core/tenant.ts';

/** License records as they stand in the file, by tenant. */
export type Records = ReadonlyMap<TenantId, Readonly<Record<string, unknown>>>;

/**
 * Reads the service's data: an array of records, or the same under `tenants`, in JSON or YAML.
 *
 * What the records say is not looked at, but every one must have an id of its own. A file with one that
 * has none is refused whole: without it, a tenant whose id is misspelled would be unknown.
 */
export function parseRecords(bytes: Buffer): Parsed<Records> {
  const content = parseText(bytes);
  if (!content.ok) return content;
  const { value } = content;
  const list = isRecord(value) ? value['tenants'] : value;
  if (!Array.isArray(list)) {
    return unparsed(`holds ${quote(list)}, allowed is a list of tenants, or one under tenants`);
  }
  const records = new Map<TenantId, Readonly<Record<string, unknown>>>();
  for (const [index, record] of (list as unknown[]).entries()) {
    const where = `tenant ${index + 1} of the list`;
    if (!isRecord(record)) return unparsed(`${where} is ${quote(record)}, allowed is an object`);
    const id = parseTenantId(record['id']);
    if (!id.ok) return unparsed(`id of ${where} ${id.problem}`);
    if (records.has(id.value)) return unparsed(`${quote(id.value)} is listed more than once`);
    records.set(id.value, record);
  }
  return parsed(records);
}

/** JSON where it is JSON, for it is much faster; otherwise YAML, whose problems come with a position. */
function parseText(bytes: Buffer): Parsed<unknown> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return parsed(parseJson(text) ?? load(text, { schema: CORE_SCHEMA }));
  } catch (error) {
    return unparsed(`can't be read: ${messageOf(error).replace(/\s+/g, ' ')}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
