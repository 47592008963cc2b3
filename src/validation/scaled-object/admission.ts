/** What KEDA's admission webhook, and the marks in its newer CRDs, refuse in a ScaledObject by itself. */
import { quote } from '../../core/parsed.ts';
import type { Finding } from '../finding.ts';
import { hpaNameOf } from './rivals.ts';
import { isResourceTrigger, type ScaledObject } from './scaled-object.ts';
import { checkScalingModifiers } from './scaling-modifiers.ts';

/** @returns findings whose paths begin at the spec */
export function checkAdmission(scaled: ScaledObject): Finding[] {
  return [
    ...checkBounds(scaled),
    ...checkNames(scaled),
    ...checkTriggers(scaled),
    ...checkOnlyResources(scaled),
    ...checkScalingModifiers(scaled),
  ];
}

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
  const small: Finding[] = Object.entries(LEAST).flatMap(([field, least]) => {
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

function checkOnlyResources({ spec: { triggers, minReplicaCount = 0 } }: ScaledObject): Finding[] {
  const isOnlyThose = triggers.length > 0 && triggers.every(isResourceTrigger);
  if (!isOnlyThose || minReplicaCount > 0) return [];
  const message =
    'is 0 where there are only cpu and memory triggers, which never scale to 0: give 1';
  return [{ path: ['minReplicaCount'], message }];
}
