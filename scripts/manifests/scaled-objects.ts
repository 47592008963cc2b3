import type { IContainer } from 'kubernetes-models/v1/Container';
import { formatTarget } from '../../src/validation/scaled-object/rivals.ts';
import type { ManifestOf } from './kinds.ts';
import { namespaceOf, type Manifest } from './manifest.ts';
import { podTemplatesOf, type PodTemplate } from './pod-templates.ts';

export type ScaledObject = ManifestOf<'ScaledObject'>;
export type KedaTrigger = ScaledObject['spec']['triggers'][number];

/** The pods of what is scaled, where that is rendered too. */
export function targetPodsOf(
  scaled: ScaledObject,
  objects: readonly Manifest[],
): PodTemplate | undefined {
  const wanted = formatTarget(scaled.spec.scaleTargetRef);
  return podTemplatesOf(objects).find(
    ({ workload: { apiVersion, kind, metadata } }) =>
      formatTarget({ apiVersion, kind, name: metadata.name }) === wanted &&
      (metadata.namespace ?? 'default') === namespaceOf(scaled),
  );
}

/** The container whose environment KEDA reads for `...FromEnv`. */
export function environmentContainerOf(
  { spec: { scaleTargetRef } }: ScaledObject,
  { spec }: PodTemplate,
): IContainer | undefined {
  const { envSourceContainerName: wanted } = scaleTargetRef;
  return spec.containers.find(({ name }) => wanted === undefined || wanted === name);
}
