/** Which of the triggers of a ScaledObject are ours, and what each of them asks, as it is written now. */
import { parseTrigger, type Trigger } from '../core/trigger.ts';
import type { ManifestTrigger, ScaledObject } from './scaled-object.ts';

/**
 * @param heard the trigger that KEDA asks about: whatever has its address asks here too
 * @returns a sentence where the trigger might want the target up, or that can't be known
 */
export function readOurs(
  scaledObject: ScaledObject,
  { type, metadata }: ManifestTrigger,
  heard: Trigger,
): Trigger | string {
  const isOnly = scaledObject.triggers.length === 1;
  // An address that comes by a TriggerAuthentication is not among the metadata: then several can't be told apart.
  const isTold = isOnly || metadata['scalerAddress'] !== undefined;
  if (!isExternal(type) || !isTold || metadata['scalerAddress'] !== heard.address) {
    return `another trigger may want its target up (${type})`;
  }
  // What the environment of the target says is known of the trigger that KEDA asks about, and of no other.
  if (!isOnly && Object.keys(metadata).some(isFromEnv)) {
    return 'one of its triggers is read from the environment of its target';
  }
  const trigger = parse(scaledObject, metadata, heard);
  return trigger.ok ? trigger.value : `one of its triggers is wrong: ${trigger.problem}`;
}

/** Whether any of its triggers has metadata from the environment of its target, which can change without a trace. */
export function readsEnvironment({ triggers }: ScaledObject): boolean {
  return triggers.some(({ metadata }) => Object.keys(metadata).some(isFromEnv));
}

/** Whether the trigger that KEDA asked about is still written there: the ScaledObject may have been changed since. */
export function isStillWritten(scaledObject: ScaledObject, heard: Trigger): boolean {
  return scaledObject.triggers.some(({ type, metadata }) => {
    if (!isExternal(type) || metadata['scalerAddress'] !== heard.address) return false;
    const trigger = parse(scaledObject, metadata, heard);
    return trigger.ok && isSame(trigger.value, heard);
  });
}

function isExternal(type: string): boolean {
  return type === 'external-push' || type === 'external';
}

function isSame(a: Trigger, b: Trigger): boolean {
  return (
    a.tenant === b.tenant &&
    a.service === b.service &&
    a.replicas === b.replicas &&
    a.suspend === b.suspend
  );
}

const FROM_ENV = 'FromEnv';

function isFromEnv(key: string): boolean {
  return key.endsWith(FROM_ENV);
}

function parse(
  { namespace, name }: ScaledObject,
  metadata: ManifestTrigger['metadata'],
  heard: Trigger,
) {
  return parseTrigger({ namespace, name, metadata: resolve(metadata, heard) });
}

/** Puts in the place of a variable's name what KEDA read from it. */
function resolve(metadata: ManifestTrigger['metadata'], heard: Trigger): Record<string, string> {
  const read = new Map<string, string | number | undefined>([
    ['tenantIdFromEnv', heard.tenant],
    ['serviceFromEnv', heard.service],
    ['replicasFromEnv', heard.replicas],
    ['suspendFromEnv', heard.suspend],
  ]);
  return Object.fromEntries(
    Object.entries(metadata).map(([key, written]) => [
      key,
      read.has(key) ? `${read.get(key) ?? ''}` : written,
    ]),
  );
}
