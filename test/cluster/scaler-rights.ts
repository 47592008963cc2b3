import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { KubernetesObject } from './client/kubernetes-client.ts';
import type { Cluster } from './control-plane/cluster.ts';

const COMPONENT = new URL('../../k8s/components/fast-suspension', import.meta.url).pathname;

/** The repository's own roles and bindings for a scaler that scales by itself, for its service account here. */
export async function scalerRights(): Promise<readonly KubernetesObject[]> {
  const files = (await readdir(COMPONENT)).filter((file) => file.endsWith('.yaml'));
  const texts = await Promise.all(files.map((file) => readFile(join(COMPONENT, file), 'utf8')));
  const objects = texts.flatMap((text) => loadAll(text) as KubernetesObject[]);
  return objects.flatMap((object) => {
    if (object.kind === 'ClusterRole') return [object];
    if (object.kind !== 'ClusterRoleBinding') return [];
    // The overlays put it into the namespace of their own.
    const subjects = [
      { kind: 'ServiceAccount', name: 'license-scaler', namespace: 'license-scaler' },
    ];
    return [{ ...object, subjects }];
  });
}

/** Takes the rights away. */
export async function revoke(
  { client }: Cluster,
  rights: readonly KubernetesObject[],
): Promise<void> {
  for (const { kind, metadata } of rights) {
    if (kind !== 'ClusterRoleBinding') continue;
    await client.delete(`/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${metadata.name}`);
  }
}
