/** What KEDA's admission webhook, and the marks in its newer CRDs, refuse in a ScaledObject. */
import { quote } from '../../../src/core/parsed.ts';
import { ofKind } from '../kinds.ts';
import { namespaceOf, nameOf, type Manifest } from '../manifest.ts';
import { containersOf } from '../pod-templates.ts';
import { toProblems, type Finding } from '../problem.ts';
import {
  formatTarget,
  isResourceTrigger,
  targetPodsOf,
  type KedaTrigger,
  type ScaledObject,
} from '../scaled-objects.ts';
import type { Rule } from '../scene.ts';
import { checkScalingModifiers } from './scaling-modifiers.ts';

/** Every ScaledObject is one that KEDA admits, by itself and beside the others. */
export const checkScaledObjects: Rule = ({ objects }) =>
  ofKind(objects, 'ScaledObject').flatMap((scaled) =>
    toProblems(
      scaled,
      ['spec'],
      [
        ...checkBounds(scaled),
        ...checkNames(scaled),
        ...checkTriggers(scaled),
        ...checkResourceTriggers(scaled, objects),
        ...checkScalingModifiers(scaled),
        ...checkRivals(scaled, objects),
      ],
    ),
  );

const LEAST = {
  pollingInterval: 1,
  cooldownPeriod: 0,
  initialCooldownPeriod: 0,
  idleReplicaCount: 0,
  minReplicaCount: 0,
  maxReplicaCount: 1,
} as const;

/** KEDA counts an explicit minReplicaCount of 0 as 1, and one that is not given as 0. */
function checkBounds({ spec }: ScaledObject): Finding[] {
  const counts: Partial<Record<string, unknown>> = { ...spec };
  const small = Object.entries(LEAST).flatMap(([field, least]) => {
    const found = counts[field];
    if (typeof found !== 'number' || found >= least) return [];
    return [{ path: [field], message: `is ${found}, allowed is ${least} or more` }];
  });
  const { minReplicaCount, maxReplicaCount = 100, idleReplicaCount } = spec;
  const min = minReplicaCount === undefined ? 0 : Math.max(minReplicaCount, 1);
  if (min > maxReplicaCount) {
    const message = `is ${min}, allowed is maxReplicaCount (${maxReplicaCount}) or less`;
    small.push({ path: ['minReplicaCount'], message });
  }
  if (idleReplicaCount !== undefined && idleReplicaCount >= min) {
    const given = minReplicaCount === undefined ? '0 while it is not given' : String(min);
    const message = `is ${idleReplicaCount}, allowed is less than minReplicaCount (${given}): give a larger minReplicaCount`;
    small.push({ path: ['idleReplicaCount'], message });
  }
  return small;
}

const MAX_NAME = 63;

function hpaNameOf({ spec, metadata: { name } }: ScaledObject): string {
  const given = spec.advanced?.horizontalPodAutoscalerConfig?.name ?? '';
  return given === '' ? `keda-hpa-${name}` : given;
}

function checkNames(scaled: ScaledObject): Finding[] {
  const hpa = hpaNameOf(scaled);
  if (hpa.length <= MAX_NAME) return [];
  const path = ['advanced', 'horizontalPodAutoscalerConfig', 'name'];
  const message = `makes an HPA called ${hpa}, which has ${hpa.length} characters, allowed are ${MAX_NAME}: give a shorter name here`;
  return [{ path, message }];
}

const WITHOUT_CACHE = ['cpu', 'memory', 'cron'];

function checkTriggers({ spec: { triggers } }: ScaledObject): Finding[] {
  if (triggers.length === 0) return [{ path: ['triggers'], message: 'is empty: add a trigger' }];
  return triggers.flatMap(({ name = '', type, useCachedMetrics }, index) => {
    const findings: Finding[] = [];
    if (name !== '' && triggers.findIndex((other) => other.name === name) < index) {
      const message = `is ${quote(name)}, as an earlier trigger's is: give it another name`;
      findings.push({ path: ['triggers', index, 'name'], message });
    }
    if (useCachedMetrics === true && WITHOUT_CACHE.includes(type)) {
      const message = `is true, which KEDA refuses for a ${type} trigger: take it out`;
      findings.push({ path: ['triggers', index, 'useCachedMetrics'], message });
    }
    return findings;
  });
}

function checkResourceTriggers(scaled: ScaledObject, objects: readonly Manifest[]): Finding[] {
  const { triggers, minReplicaCount = 0 } = scaled.spec;
  const requests = triggers.flatMap((trigger, index) =>
    isResourceTrigger(trigger) ? checkRequests(trigger, index, scaled, objects) : [],
  );
  const isOnlyThose = triggers.length > 0 && triggers.every(isResourceTrigger);
  if (!isOnlyThose || minReplicaCount > 0) return requests;
  const message =
    'is 0 where there are only cpu and memory triggers, which never scale to 0: give 1';
  return [...requests, { path: ['minReplicaCount'], message }];
}

/** Utilization is a share of what is requested; without a request there is none. */
function checkRequests(
  { type, metadata }: KedaTrigger,
  index: number,
  scaled: ScaledObject,
  objects: readonly Manifest[],
): Finding[] {
  const pods = targetPodsOf(scaled, objects);
  if (pods === undefined) return [];
  const { containerName = '' } = metadata;
  const measured = pods.spec.containers.filter(
    ({ name }) => containerName === '' || name === containerName,
  );
  if (measured.length === 0) {
    const names = containersOf(pods).map(({ container: { name } }) => name);
    const message = `is ${quote(containerName)}, allowed is one of ${names.join(', ')}`;
    return [{ path: ['triggers', index, 'metadata', 'containerName'], message }];
  }
  return measured
    .filter(({ resources }) => resources?.requests?.[type] === undefined)
    .filter(({ resources }) => resources?.limits?.[type] === undefined)
    .map(({ name }) => ({
      path: ['triggers', index, 'type'],
      message: `is ${type}, but the container ${name} of ${nameOf(pods.workload)} requests no ${type}: give resources.requests.${type} there`,
    }));
}

/** A workload, and an HPA, has one master. */
function checkRivals(scaled: ScaledObject, objects: readonly Manifest[]): Finding[] {
  const isNear = (other: Manifest): boolean => namespaceOf(other) === namespaceOf(scaled);
  const target = formatTarget(scaled.spec.scaleTargetRef);
  const others = ofKind(objects, 'ScaledObject')
    .filter(isNear)
    .filter((other) => other !== scaled);
  const rivals: readonly Manifest[] = [
    ...others.filter(({ spec }) => formatTarget(spec.scaleTargetRef) === target),
    ...ofKind(objects, 'HorizontalPodAutoscaler')
      .filter(isNear)
      .filter(({ spec }) => spec !== undefined && formatTarget(spec.scaleTargetRef) === target),
  ];
  const names = others.filter((other) => hpaNameOf(other) === hpaNameOf(scaled));
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
