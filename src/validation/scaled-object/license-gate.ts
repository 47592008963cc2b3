/**
 * Mistakes that KEDA admits, but with which a license would not decide what runs, or an outage would.
 */
import type { Finding } from '../finding.ts';
import { wordsOf } from './formula.ts';
import {
  isResourceTrigger,
  scalingModifiersOf,
  type IsLicenseTrigger,
  type ScaledObject,
} from './scaled-object.ts';

/**
 * A ScaledObject with a license trigger is a gate: shut without a license, and held in an outage.
 *
 * @returns findings whose paths begin at the spec
 */
export function checkLicenseGate(scaled: ScaledObject, isLicense: IsLicenseTrigger): Finding[] {
  return [
    ...checkFallback(scaled),
    ...checkShut(scaled),
    ...checkOthers(scaled, isLicense),
    ...checkMetricType(scaled, isLicense),
  ];
}

/** A warning, for whoever wants an outage to start or stop tenants can say so by nothing else. */
function checkFallback({ spec }: ScaledObject): Finding[] {
  if (spec.fallback === undefined) return [];
  const message =
    'is given: an error of license-scaler means that nothing is known, so that what runs is to be held; with a fallback KEDA would start or stop tenants in an outage: take it out';
  return [{ path: ['fallback'], message, severity: 'warning' }];
}

function checkShut({ spec: { minReplicaCount = 0, idleReplicaCount } }: ScaledObject): Finding[] {
  if (idleReplicaCount === undefined && minReplicaCount > 0) {
    const message = `is missing: without it KEDA never goes below minReplicaCount (${minReplicaCount}), license or not: give 0`;
    return [{ path: ['idleReplicaCount'], message }];
  }
  if (idleReplicaCount === undefined || idleReplicaCount === 0) return [];
  const message = `is ${idleReplicaCount}, which would run without a license: give 0`;
  return [{ path: ['idleReplicaCount'], message }];
}

/** Cpu and memory never make a workload active where another trigger is beside them. */
function checkOthers(scaled: ScaledObject, isLicense: IsLicenseTrigger): Finding[] {
  const { triggers } = scaled.spec;
  const { formula = '' } = scalingModifiersOf(scaled) ?? {};
  if (formula === '') {
    const deciding = triggers.filter((trigger) => !isResourceTrigger(trigger));
    if (deciding.length === 1) return [];
    const types = deciding.map(({ type }) => type).join(', ');
    const message = `are ${types}: to KEDA one active trigger is enough, so that the others would run the workload without a license: join them in advanced.scalingModifiers.formula`;
    return [{ path: ['triggers'], message }];
  }
  const { names } = wordsOf(formula);
  return triggers.flatMap((trigger, index) => {
    if (!isLicense(trigger) || names.has(trigger.name ?? '')) return [];
    const message = 'is not in the formula, which alone decides: give it a name and use it there';
    return [{ path: ['triggers', index, 'name'], message }];
  });
}

function checkMetricType(
  { spec: { triggers } }: ScaledObject,
  isLicense: IsLicenseTrigger,
): Finding[] {
  return triggers.flatMap((trigger, index) => {
    const { metricType = 'AverageValue' } = trigger;
    if (!isLicense(trigger) || metricType === 'AverageValue') return [];
    const message = `is ${metricType}, allowed is AverageValue: the value is a count of replicas, not a load for each of them`;
    return [{ path: ['triggers', index, 'metricType'], message }];
  });
}
