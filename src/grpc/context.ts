import { status } from '@grpc/grpc-js';
import type { ScaledObjectRef } from '../../generated/externalscaler.ts';
import type { Millis } from '../core/time.ts';
import { parseTrigger, type OwnKey, type Trigger } from '../core/trigger.ts';
import { judge, type Verdict } from '../core/verdict.ts';
import type { Outlook } from '../core/outlook.ts';
import type { Demand } from '../pipeline/demand.ts';
import type { Directory } from '../pipeline/directory.ts';
import type { GrpcObserver } from './observer.ts';
import type { OpenStreams } from './open-streams.ts';
import type { Renewals } from './renewals.ts';
import { RpcError } from './rpc-error.ts';
import type { ScaledObjects } from './scaled-objects.ts';
import type { WriteQueue } from './write-queue.ts';

/** What the handlers of every RPC share. */
export interface ScalerContext {
  readonly directory: Directory;
  readonly demand: Demand;
  readonly observer: GrpcObserver;
  readonly streams: OpenStreams;
  readonly scaledObjects: ScaledObjects;
  readonly queue: WriteQueue;
  readonly renewals: Renewals;
  /** When a `true` that is news is sent again. */
  readonly repeats: readonly Millis[];
  readonly defaultReplicas: number;
  /** Keys that every trigger must have. */
  readonly required?: readonly OwnKey[];
}

/** @throws RpcError INVALID_ARGUMENT that names the ScaledObject, the key, its value and what is allowed */
export function triggerOf(
  { scaledObjects, required }: ScalerContext,
  ref: ScaledObjectRef,
): Trigger {
  const { name, namespace, scalerMetadata: metadata } = ref;
  const trigger = parseTrigger({ name, namespace, metadata }, required);
  if (trigger.ok) return trigger.value;
  scaledObjects.refusals.add(ref, trigger.problem);
  const scaledObject = `ScaledObject ${ref.namespace}/${ref.name}`;
  throw new RpcError(status.INVALID_ARGUMENT, `${scaledObject}: ${trigger.problem}`);
}

/** How this server judges one trigger, whatever its tenant's outlook is at the moment. */
export function judging(
  { defaultReplicas }: ScalerContext,
  trigger: Trigger,
): (outlook: Outlook) => Verdict {
  return (outlook) => judge(outlook, trigger, defaultReplicas);
}
