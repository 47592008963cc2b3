/** Builders of what the tests of the room that scales are about: a test names only what it is about. */
import type { ScaledObjectState } from '../../src/core/report/scaled-object-row.ts';
import type { Trigger } from '../../src/core/trigger.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import type { ManifestTrigger, ScaledObject, Target } from '../../src/scaling/scaled-object.ts';

const ADDRESS = 'license-scaler.license-scaler:6000';

export const TARGET: Target = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  namespace: 'tenant-a',
  name: 'app',
};

/** A trigger as it is written: of ours, unless it is told otherwise. */
export function written(
  metadata: Record<string, string> = {},
  type = 'external-push',
): ManifestTrigger {
  return { type, metadata: { scalerAddress: ADDRESS, ...metadata } };
}

/** A trigger as KEDA asks about it. */
export function heard(over: Partial<Trigger> = {}): Trigger {
  return {
    tenant: 'tenant-a',
    service: undefined,
    replicas: undefined,
    address: ADDRESS,
    ...over,
  };
}

/** One that may go to 0 and come back to 2. */
export function scaledObject(over: Partial<ScaledObject> = {}): ScaledObject {
  return {
    namespace: 'tenant-a',
    name: 'app',
    uid: 'uid-of-app',
    annotations: {},
    isBeingDeleted: false,
    minReplicas: 2,
    maxReplicas: 100,
    idleReplicas: 0,
    triggers: [written()],
    formula: undefined,
    target: TARGET,
    ...over,
  };
}

export const ACTIVE: Verdict = { kind: 'known', active: true, replicas: 2, held: false };
export const INACTIVE: Verdict = { kind: 'known', active: false, replicas: 0, held: false };
export const HELD_ACTIVE: Verdict = { ...ACTIVE, held: true };
export const HELD_INACTIVE: Verdict = { ...INACTIVE, held: true };
export const UNSAID: Verdict = { kind: 'unsaid', pending: false, why: 'no data' };

/** As the register of the gRPC edge has it. */
export function registered(
  trigger: Trigger = heard(),
  over: Partial<ScaledObjectState> = {},
): ScaledObjectState {
  return {
    namespace: 'tenant-a',
    name: 'app',
    trigger,
    peer: 'keda:1',
    userAgent: undefined,
    openSince: 0,
    lastSaid: undefined,
    lastSaidAt: undefined,
    lastPollAt: undefined,
    polls: 0,
    lastAnswer: undefined,
    lastAct: undefined,
    lastActAt: undefined,
    ...over,
  };
}
