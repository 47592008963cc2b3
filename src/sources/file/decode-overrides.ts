import type { Readings } from '../../core/diff.ts';
import type { Reading } from '../../core/observation.ts';
import { parseOverride } from '../../core/override.ts';
import { isRecord, parsed, quote, unparsed, type Parsed } from '../../core/parsed.ts';
import { parseTenantId, type TenantId } from '../../core/tenant.ts';
import { decodeYaml, findEntry, type Decoded } from './decode-file.ts';
import type { YamlEntry, YamlNode } from './yaml-node.ts';

/** What a file of overrides says. */
export interface FiledOverrides {
  /** An `override` or `unreadable` for every tenant that is named. */
  readonly readings: Readings;
  /** What is wrong with each entry of which it can't be told whose it is. */
  readonly unnamed: readonly string[];
}

const KEY = 'overrides';
const ALLOWED = `allowed is ${KEY}, with an object by tenant, or {} for none`;

/**
 * Decodes `overrides: { tenant-b: { licensed, replicas, until, reason } }`, in YAML or JSON.
 *
 * @returns a problem where the file as a whole can't be understood
 */
export function decodeOverrides(bytes: Buffer): Parsed<FiledOverrides> {
  const decoded = decodeYaml(bytes, `: ${ALLOWED}`);
  if (!decoded.ok) return decoded;
  const found = findEntries(decoded.value);
  if (!found.ok) return found;
  const { root, lineOf } = decoded.value;
  return parsed(readEntries(findEntry(root, KEY)?.value.entries ?? [], lineOf));
}

/**
 * Finds the entries, by tenant. A key that is not known is refused: a misspelled one must not be taken for
 * "no overrides".
 */
export function findEntries({
  value,
  where,
}: Pick<Decoded, 'value' | 'where'>): Parsed<Readonly<Record<string, unknown>>> {
  if (!isRecord(value)) return unparsed(`it holds ${quote(value)}, ${ALLOWED}`);
  const unknown = Object.keys(value).filter((key) => key !== KEY);
  if (unknown.length > 0) {
    const names = unknown.map((key) => `${quote(key)}${where(undefined, key)}`).join(', ');
    return unparsed(`it has the key ${names}, ${ALLOWED}`);
  }
  const entries = value[KEY];
  if (isRecord(entries)) return parsed(entries);
  const found = entries === undefined ? 'missing' : quote(entries);
  return unparsed(`${KEY}${where(undefined, KEY)} is ${found}, ${ALLOWED}`);
}

function readEntries(
  entries: readonly YamlEntry[],
  lineOf: (node: YamlNode) => number,
): FiledOverrides {
  const readings = new Map<TenantId, Reading>();
  const unnamed: string[] = [];
  const inner: YamlEntry[] = [];
  for (const { key, value } of entries) {
    const at = `(line ${lineOf(key)})`;
    const tenant = parseKey(key, value);
    if (!tenant.ok) {
      unnamed.push(`a key of ${KEY} ${at} ${tenant.problem}`);
    } else if (readings.has(tenant.value)) {
      readings.set(tenant.value, unreadable(`${KEY}.${tenant.value} comes again ${at}`));
    } else {
      readings.set(tenant.value, readEntry(value, `${KEY}.${tenant.value} ${at}`));
      inner.push(...value.entries.filter((each) => each.value.entries.length > 0));
    }
  }
  // An entry that is indented too far is inside the one above it, and missing from the list.
  for (const { key } of inner) {
    const tenant = parseTenantId(key.text);
    if (!tenant.ok || readings.has(tenant.value)) continue;
    const problem = `${KEY}.${tenant.value} (line ${lineOf(key)}) is inside another entry: indent it less`;
    readings.set(tenant.value, unreadable(problem));
  }
  return { readings, unnamed };
}

/**
 * What is in a key only by a slip, as long as it is not in quotes: `t-a:{ licensed: true }` has the key
 * `t-a:{ licensed`, and `t-a#old: {}` the key `t-a#old`.
 */
const SLIP = /[{}[\],#"“”„«»`]|^['‘’]|['‘’]$|^<<$/u;

function parseKey(key: YamlNode, value: YamlNode): Parsed<TenantId> {
  const { text, isPlain } = key;
  if (text === undefined) return unparsed('is a list or an object, allowed is a tenant’s id');
  const isColonDoubtful = text.includes(':') && !isRecord(value.value);
  if (isPlain && (SLIP.test(text) || isColonDoubtful)) {
    return unparsed(
      `is ${quote(text)}: put a space after the colon, or the id in quotes if it is meant so`,
    );
  }
  return parseTenantId(text);
}

function readEntry({ value, problem }: YamlNode, name: string): Reading {
  if (problem !== undefined) return unreadable(`${name}: ${problem}`);
  const override = parseOverride(value);
  if (override.ok) return { kind: 'override', override: override.value };
  return unreadable(`${name} ${override.problem}`);
}

function unreadable(problem: string): Reading {
  return { kind: 'unreadable', problem };
}
