import type { IKeyToPath } from 'kubernetes-models/v1/KeyToPath';
import type { IVolume } from 'kubernetes-models/v1/Volume';
import { CERTIFICATE_KEYS, certificateFor } from './certificates.ts';
import { ofKind } from './kinds.ts';
import { namespaceOf, nameOf, type Manifest } from './manifest.ts';
import type { MountedFile } from './mounted-files.ts';

/** A volume of a pod, in its surroundings. */
interface PlacedVolume {
  readonly volume: IVolume;
  readonly namespace: string;
  readonly objects: readonly Manifest[];
}

/** A ConfigMap or Secret in a volume. */
interface Source {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly items: readonly IKeyToPath[] | undefined;
  readonly optional: boolean;
}

/** Finds a file, by its path in the volume, in what the volume is made of. */
export function findInVolume(file: string, placed: PlacedVolume): MountedFile {
  const sources = sourcesOf(placed.volume);
  if (sources.length === 0 || isWrittenByKubelet(file, placed.volume)) return { kind: 'elsewhere' };
  const found = sources.map((source) => findInSource(file, source, placed));
  const best = ['content', 'elsewhere', 'problem'].flatMap((kind) =>
    found.filter((one) => one.kind === kind),
  );
  return best[0] ?? { kind: 'elsewhere' };
}

function sourcesOf({ configMap, secret, projected }: IVolume): Source[] {
  const fromProjected = (projected?.sources ?? []).flatMap((source) => [
    ...toSource('ConfigMap', source.configMap?.name, source.configMap),
    ...toSource('Secret', source.secret?.name, source.secret),
  ]);
  return [
    ...toSource('ConfigMap', configMap?.name, configMap),
    ...toSource('Secret', secret?.secretName, secret),
    ...fromProjected,
  ];
}

function toSource(
  kind: Source['kind'],
  name: string | undefined,
  given: { readonly items?: IKeyToPath[]; readonly optional?: boolean } | undefined,
): Source[] {
  if (name === undefined) return [];
  return [{ kind, name, items: given?.items, optional: given?.optional ?? false }];
}

/** A token, or what the pod's own fields say. */
function isWrittenByKubelet(file: string, { projected }: IVolume): boolean {
  return (projected?.sources ?? []).some(
    ({ serviceAccountToken, downwardAPI }) =>
      serviceAccountToken?.path === file ||
      (downwardAPI?.items ?? []).some(({ path }) => path === file),
  );
}

/** Kubernetes puts it into every namespace by itself. */
const CLUSTER_CA = 'kube-root-ca.crt';

function findInSource(
  file: string,
  { kind, name, items, optional }: Source,
  { namespace, objects }: PlacedVolume,
): MountedFile {
  const key = items === undefined ? file : items.find(({ path }) => path === file)?.key;
  const source = ofKind(objects, kind).find(
    (object) => object.metadata.name === name && namespaceOf(object) === namespace,
  );
  if (source !== undefined) {
    const content = contentOf(source);
    const bytes = content[key ?? ''];
    if (key !== undefined && bytes !== undefined) return { kind: 'content', bytes, source, key };
    return noSuchKey(file, nameOf(source), Object.keys(content));
  }
  if (kind === 'Secret') return findInSecret(file, key, certificateFor(name, namespace, objects));
  if (optional || (name === CLUSTER_CA && key === 'ca.crt')) return { kind: 'elsewhere' };
  const message = `comes from the ConfigMap ${name}, which is not rendered in the namespace ${namespace}`;
  return { kind: 'problem', message };
}

/** A Secret that is not rendered is made by hand, or by cert-manager, whose keys are known. */
function findInSecret(
  file: string,
  key: string | undefined,
  certificate: ReturnType<typeof certificateFor>,
): MountedFile {
  if (certificate === undefined) return { kind: 'elsewhere' };
  if (CERTIFICATE_KEYS.includes(key ?? '')) return { kind: 'elsewhere', certificate };
  return noSuchKey(file, `the Secret of ${nameOf(certificate)}`, CERTIFICATE_KEYS);
}

function noSuchKey(file: string, source: string, keys: readonly string[]): MountedFile {
  const allowed = keys.join(', ') || 'none';
  const message = `would be ${file} of ${source}, which has no such key, allowed are ${allowed}`;
  return { kind: 'problem', message };
}

function contentOf(source: Manifest): Readonly<Record<string, Buffer>> {
  const { data, binaryData, stringData } = source as Partial<
    Record<'data' | 'binaryData' | 'stringData', Readonly<Record<string, string>>>
  >;
  const encoding = source.kind === 'Secret' ? 'base64' : 'utf8';
  return {
    ...decodeAll(data, encoding),
    ...decodeAll(binaryData, 'base64'),
    ...decodeAll(stringData, 'utf8'),
  };
}

function decodeAll(
  texts: Readonly<Record<string, string>> | undefined,
  encoding: BufferEncoding,
): Record<string, Buffer> {
  const entries = Object.entries(texts ?? {});
  return Object.fromEntries(entries.map(([key, text]) => [key, Buffer.from(text, encoding)]));
}
