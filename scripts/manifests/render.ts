import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { CORE_SCHEMA, load, loadAll } from 'js-yaml';
import { isRecord } from '../../src/core/parsed.ts';
import { kustomize, type KustomizeOutput } from './kubectl.ts';
import type { Rendering } from './kustomizations.ts';
import { nameOf, toManifest, type Manifest } from './manifest.ts';

/** What a rendering gave. */
export interface Rendered {
  readonly objects: readonly Manifest[];
  readonly warnings: string;
}

/** @throws Error with what kustomize complains about */
export async function render(rendering: Rendering, base: string): Promise<Rendered> {
  const { yaml, warnings } = rendering.isUnusedComponent
    ? await kustomizeAround(rendering, base, {})
    : await kustomize(rendering.directory);
  return { objects: toManifests(yaml), warnings };
}

/**
 * The file that each object was first written in, by the object's name: `k8s/base/service.yaml`. What
 * patches it on the way is not told.
 */
export async function findOrigins(
  rendering: Rendering,
  base: string,
): Promise<ReadonlyMap<string, string>> {
  const more = { buildMetadata: ['originAnnotations'] };
  const { yaml, from } = await kustomizeAround(rendering, base, more);
  return new Map(toManifests(yaml).map((manifest) => [nameOf(manifest), originOf(manifest, from)]));
}

function toManifests(yaml: string): Manifest[] {
  return loadAll(yaml, { schema: CORE_SCHEMA }).map(toManifest);
}

/**
 * Renders through a kustomization of its own, made for the moment: the directory, or the component on top
 * of base in the namespace that the overlays use.
 *
 * @returns also where that was, for paths in origins are as seen from there
 */
async function kustomizeAround(
  { directory, isUnusedComponent }: Rendering,
  base: string,
  more: Readonly<Record<string, unknown>>,
): Promise<KustomizeOutput & { readonly from: string }> {
  const temporary = await realpath(await mkdtemp(join(tmpdir(), 'license-scaler-manifests-')));
  const seen = (path: string): string => relative(temporary, resolve(path));
  const content = isUnusedComponent
    ? { namespace: 'license-scaler', resources: [seen(base)], components: [seen(directory)] }
    : { resources: [seen(directory)] };
  try {
    const file = join(temporary, 'kustomization.yaml');
    await writeFile(file, JSON.stringify({ ...content, ...more }));
    return { ...(await kustomize(temporary)), from: temporary };
  } finally {
    await rm(temporary, { recursive: true });
  }
}

const ORIGIN = 'config.kubernetes.io/origin';

/** A file or, for what is generated, the kustomization with the generator. */
function originOf({ metadata: { annotations = {} } }: Manifest, from: string): string {
  const origin = load(annotations[ORIGIN] ?? '', { schema: CORE_SCHEMA });
  const path = isRecord(origin) ? (origin.path ?? origin.configuredIn) : undefined;
  return typeof path === 'string' ? relative('', resolve(from, path)) : '';
}
