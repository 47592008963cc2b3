import type { Readings } from '../../core/diff.ts';
import type { Reading } from '../../core/observation.ts';
import { parseOverride } from '../../core/override.ts';
import { isRecord, parsed, quote, unparsed, type Parsed } from '../../core/parsed.ts';
import { parseTenantId, type TenantId } from '../../core/tenant.ts';
import { decodeYaml, type Decoded } from './decode-file.ts';

const KEY = 'overrides';
const ALLOWED = `allowed is ${KEY}, with an object by tenant, or {} for none`;

/**
 * Decodes `overrides: { tenant-b: { licensed, replicas, until, reason } }`, in YAML or JSON.
 *
 * @returns an `override` or `unreadable` for every tenant that is named; a problem where the file as a
 * whole, or which tenant is meant, can't be understood
 */
export function decodeOverrides(bytes: Buffer): Parsed<Readings> {
  const decoded = decodeYaml(bytes);
  if (!decoded.ok) return unparsed(`${decoded.problem}: ${ALLOWED}`);
  const entries = findEntries(decoded.value);
  if (!entries.ok) return entries;
  const readings = new Map<TenantId, Reading>();
  for (const [key, entry] of Object.entries(entries.value)) {
    const tenant = parseTenantId(key);
    const at = decoded.value.where(KEY, key);
    if (!tenant.ok) return unparsed(`a tenant of ${KEY}${at} ${tenant.problem}`);
    readings.set(tenant.value, readEntry(entry, `${KEY}.${key}${at}`));
  }
  return parsed(readings);
}

/**
 * Finds the entries, by tenant. A key that is not known is refused: a misspelled one must not be taken for
 * "no overrides".
 */
export function findEntries({ value, where }: Decoded): Parsed<Readonly<Record<string, unknown>>> {
  if (!isRecord(value)) return unparsed(`it holds ${quote(value)}, ${ALLOWED}`);
  const unknown = Object.keys(value).find((key) => key !== KEY);
  if (unknown !== undefined) {
    return unparsed(`it has the key ${quote(unknown)}${where(undefined, unknown)}, ${ALLOWED}`);
  }
  const entries = value[KEY];
  if (isRecord(entries)) return parsed(entries);
  const found = entries === undefined ? 'missing' : quote(entries);
  return unparsed(`${KEY}${where(undefined, KEY)} is ${found}, ${ALLOWED}`);
}

function readEntry(entry: unknown, name: string): Reading {
  const override = parseOverride(entry);
  if (override.ok) return { kind: 'override', override: override.value };
  return { kind: 'unreadable', problem: `${name} ${override.problem}` };
}
