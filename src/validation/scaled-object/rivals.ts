import type { Finding } from '../finding.ts';
import type { ScaledObject } from './scaled-object.ts';

/** What a ScaledObject, or a HorizontalPodAutoscaler, scales. */
interface Target {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly name: string;
}

/** Something else that scales. */
interface Scaler {
  readonly kind: string;
  readonly metadata: ScaledObject['metadata'];
  readonly spec?: { readonly scaleTargetRef: Target };
}

/**
 * A workload, and an HPA, has one master.
 *
 * @param scaledObjects all that there are, this one among them
 * @param others what else may scale the same workload: HPAs that somebody wrote
 * @returns findings whose paths begin at the spec
 */
export function checkRivals(
  scaled: ScaledObject,
  scaledObjects: readonly ScaledObject[],
  others: readonly Scaler[] = [],
): Finding[] {
  const target = formatTarget(scaled.spec.scaleTargetRef);
  const near = scaledObjects.filter((other) => other !== scaled && isNear(other, scaled));
  const rivals = [...near, ...others.filter((other) => isNear(other, scaled))].filter(
    ({ spec }) => spec !== undefined && formatTarget(spec.scaleTargetRef) === target,
  );
  const names = near.filter((other) => hpaNameOf(other) === hpaNameOf(scaled));
  return [
    ...rivals.map((other) => ({
      path: ['scaleTargetRef'],
      message: `is ${target}, which ${nameOf(other)} scales already: leave one of the two`,
    })),
    ...names.map((other) => ({
      path: ['advanced', 'horizontalPodAutoscalerConfig', 'name'],
      message: `is ${hpaNameOf(scaled)}, as that of ${nameOf(other)} is: give it another name`,
    })),
  ];
}

/** How the HPA is called that KEDA makes. */
export function hpaNameOf({ spec, metadata: { name } }: ScaledObject): string {
  const given = spec.advanced?.horizontalPodAutoscalerConfig?.name ?? '';
  return given === '' ? `keda-hpa-${name}` : given;
}

/** A text that is the same for the same target in one namespace. */
export function formatTarget({ apiVersion, kind, name }: Target): string {
  return `${apiVersion ?? 'apps/v1'} ${kind ?? 'Deployment'} ${name}`;
}

/** `ScaledObject tenant-a/scaled-service`, without the namespace where it has none. */
export function nameOf({ kind, metadata: { namespace, name } }: Omit<Scaler, 'spec'>): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

function isNear(one: Scaler, other: Scaler): boolean {
  return (one.metadata.namespace ?? 'default') === (other.metadata.namespace ?? 'default');
}
