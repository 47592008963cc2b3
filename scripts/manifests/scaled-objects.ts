import type { IContainer } from 'kubernetes-models/v1/Container';
import type { ManifestOf } from './kinds.ts';
import { namespaceOf, type Manifest } from './manifest.ts';
import { podTemplatesOf, type PodTemplate } from './pod-templates.ts';

export type ScaledObject = ManifestOf<'ScaledObject'>;
export type KedaTrigger = ScaledObject['spec']['triggers'][number];

/** KEDA joins several triggers into one by it; newer than the model. */
export interface ScalingModifiers {
  readonly formula?: string;
  readonly target?: string;
  readonly activationTarget?: string;
  readonly metricType?: string;
}

/** What a ScaledObject, or a HorizontalPodAutoscaler, scales. */
interface Target {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name: string;
}

/** Undefined where there are none; KEDA takes an empty object for none, too. */
export function scalingModifiersOf({ spec }: ScaledObject): ScalingModifiers | undefined {
  const { scalingModifiers: modifiers } = (spec.advanced ?? {}) as {
    readonly scalingModifiers?: ScalingModifiers;
  };
  return Object.values(modifiers ?? {}).some((value) => value !== '') ? modifiers : undefined;
}

/** Whether the trigger asks license-scaler: there is no other external scaler in this repository. */
export function isLicenseTrigger({ type }: KedaTrigger): boolean {
  return type === 'external' || type === 'external-push';
}

/** Whether the trigger is one that the HPA measures itself: KEDA treats it unlike all others. */
export function isResourceTrigger({ type }: KedaTrigger): boolean {
  return type === 'cpu' || type === 'memory';
}

/** A text that is the same for the same target in one namespace. */
export function formatTarget({ apiVersion, kind, name }: Target): string {
  return `${apiVersion ?? 'apps/v1'} ${kind ?? 'Deployment'} ${name}`;
}

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
