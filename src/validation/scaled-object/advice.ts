/** What KEDA and license-scaler take, but what is better otherwise: warnings, by docs/keda-behavior.md. */
import type { Trigger } from '../../core/trigger.ts';
import type { Finding } from '../finding.ts';
import { wordsOf } from './formula.ts';
import {
  isResourceTrigger,
  scalingModifiersOf,
  type IsLicenseTrigger,
  type KedaTrigger,
  type ScaledObject,
} from './scaled-object.ts';

/** KEDA's own defaults, in seconds. */
const POLLING_INTERVAL = 30;
const COOLDOWN_PERIOD = 300;

/** Below this KEDA, which may write 20 times a second, is busy with few tenants already. */
const SHORT_INTERVAL = 10;

/** @returns findings whose paths begin at the spec */
export function adviseOnTiming({ spec }: ScaledObject): Finding[] {
  const { pollingInterval = POLLING_INTERVAL, cooldownPeriod = COOLDOWN_PERIOD } = spec;
  const findings: Finding[] = [];
  if (cooldownPeriod <= pollingInterval) {
    const message = `is ${cooldownPeriod}, better is more than pollingInterval (${pollingInterval}): KEDA 2.20 takes the poll that meets a change of the ScaledObject for "not active", and would stop a licensed workload on it`;
    findings.push(warning(['cooldownPeriod'], message));
  }
  if (pollingInterval > 0 && pollingInterval < SHORT_INTERVAL) {
    const message = `is ${pollingInterval}, better is ${SHORT_INTERVAL} or more: each poll costs KEDA 1 to 2.5 writes for a running tenant, and it may write 20 times a second; what a push starts does not wait for it`;
    findings.push(warning(['pollingInterval'], message));
  }
  return findings;
}

/** Polled on purpose where a formula joins the license with a load: a push would go past the formula. */
export function adviseOnPush(scaled: ScaledObject, isLicense: IsLicenseTrigger): Finding[] {
  const { triggers } = scaled.spec;
  const isJoined = joinsOthers(scaled, isLicense);
  return triggers.flatMap((trigger, index) => {
    if (!isLicense(trigger) || trigger.type !== 'external' || isJoined) return [];
    const message =
      'is external, better is external-push: a reinstated tenant would wait for the next poll';
    return [warning(['triggers', index, 'type'], message)];
  });
}

function joinsOthers(scaled: ScaledObject, isLicense: IsLicenseTrigger): boolean {
  const { names } = wordsOf(scalingModifiersOf(scaled)?.formula ?? '');
  const isOther = (trigger: KedaTrigger): boolean =>
    !isLicense(trigger) && !isResourceTrigger(trigger);
  return scaled.spec.triggers.some((one) => isOther(one) && names.has(one.name ?? ''));
}

/** What KEDA would not follow of the `replicas` that a trigger asks for. Paths begin at its metadata. */
export function checkReplicas({ replicas }: Trigger, { spec }: ScaledObject): Finding[] {
  const { minReplicaCount = 0, maxReplicaCount = 100 } = spec;
  const path = ['replicas'];
  if (replicas === undefined) return [];
  if (replicas > maxReplicaCount) {
    const message = `is ${replicas}, but KEDA starts no more than maxReplicaCount (${maxReplicaCount}): give a larger maxReplicaCount`;
    return [{ path, message }];
  }
  if (replicas >= minReplicaCount) return [];
  const message = `is ${replicas}, but KEDA starts no less than minReplicaCount (${minReplicaCount}): give a smaller minReplicaCount`;
  return [warning(path, message)];
}

function warning(path: Finding['path'], message: string): Finding {
  return { path, message, severity: 'warning' };
}
