import { childrenOf } from '../config/settings.ts';
import { isRecord } from '../core/parsed.ts';
import { isManifest } from './manifest.ts';

/** The kinds of files that can be validated, as they are named on the command line. */
export const CONTENT_KINDS = ['licenses', 'overrides', 'scaledobjects', 'config'] as const;
export type ContentKind = (typeof CONTENT_KINDS)[number];

/** What each kind is, for people. */
export const DESCRIPTIONS: Readonly<Record<ContentKind, string>> = {
  licenses: 'a license file (a list of licenses, bare or under "tenants")',
  overrides: 'an overrides file (an object under "overrides")',
  scaledobjects: 'Kubernetes manifests (apiVersion and kind)',
  config: 'the configuration of license-scaler',
};

const CONFIG_KEYS: readonly string[] = childrenOf([]).map(({ path }) => String(path[0]));

/** Recognizes what a file is by the documents in it; undefined: none of them says. */
export function recognize(contents: readonly unknown[]): ContentKind | undefined {
  if (contents.some(isManifest)) return 'scaledobjects';
  const [content] = contents;
  if (Array.isArray(content)) return 'licenses';
  if (!isRecord(content)) return undefined;
  if (Object.hasOwn(content, 'tenants')) return 'licenses';
  if (Object.hasOwn(content, 'overrides')) return 'overrides';
  return Object.keys(content).some((key) => CONFIG_KEYS.includes(key)) ? 'config' : undefined;
}

/** What only a license of ours has beside its id. */
const LICENSE_KEYS = ['period_start', 'period_end', 'services', 'status'];

/** What only our own configuration has. */
const OWN_KEYS = ['licenseService', 'licenseFile', 'overridesFile'];

/** Names under which our files are usually mounted. */
const NAMES: readonly (readonly [RegExp, ContentKind])[] = [
  [/^(tenants|licenses)\.(json|ya?ml)$/, 'licenses'],
  [/^overrides\.(json|ya?ml)$/, 'overrides'],
];

/**
 * Recognizes what a ConfigMap carries under a key. Stricter than `recognize`, for most of what ConfigMaps
 * carry is somebody else's.
 *
 * @param contents undefined: it is no YAML, so that the key alone tells
 */
export function recognizeCarried(
  key: string,
  contents: readonly unknown[] | undefined,
): ContentKind | undefined {
  const byName = NAMES.find(([name]) => name.test(key))?.[1];
  if (contents === undefined) return byName;
  const kind = recognize(contents);
  return kind !== undefined && (kind === byName || isOurs(kind, contents[0])) ? kind : undefined;
}

function isOurs(kind: ContentKind, content: unknown): boolean {
  if (kind === 'licenses') {
    const list: unknown = isRecord(content) ? content['tenants'] : content;
    return Array.isArray(list) && list.some((record) => hasAny(record, LICENSE_KEYS));
  }
  if (kind === 'overrides') return isRecord(content) && Object.keys(content).length === 1;
  return kind === 'config' && hasAny(content, OWN_KEYS);
}

function hasAny(value: unknown, keys: readonly string[]): boolean {
  return isRecord(value) && keys.some((key) => Object.hasOwn(value, key));
}
