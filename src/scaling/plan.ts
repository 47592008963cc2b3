/** Whether the target of a ScaledObject may be scaled from here, and to how many replicas. Pure: nothing is asked. */
import { quote } from '../core/parsed.ts';
import type { Trigger } from '../core/trigger.ts';
import type { Verdict } from '../core/verdict.ts';
import { isStillWritten, readOurs } from './our-triggers.ts';
import type { ScaledObject, Target } from './scaled-object.ts';

export type Direction = 'suspension' | 'reinstatement';

/** Judges a trigger of ours at this moment. */
export type Judge = (trigger: Trigger) => Verdict;

/** `leave` is no failure: it is KEDA's then, as it is without this room. */
export type Plan =
  | { readonly kind: 'set'; readonly target: Target; readonly replicas: number }
  | { readonly kind: 'leave'; readonly why: string };

/**
 * @param heard the trigger that KEDA asks about
 * @param judge judges every trigger of ours, which may be of other tenants
 * @param least what the target is started with where there is no `minReplicaCount`; 0: it is not
 */
export function plan(
  direction: Direction,
  scaledObject: ScaledObject,
  heard: Trigger,
  judge: Judge,
  least = 0,
): Plan {
  const check = direction === 'suspension' ? againstSuspension : againstReinstatement;
  const why =
    againstBoth(scaledObject, direction) ??
    check(scaledObject, heard, judge) ??
    (isStillWritten(scaledObject, heard)
      ? undefined
      : `it does not ask about ${heard.tenant} any more`);
  if (why !== undefined) return { kind: 'leave', why };
  if (scaledObject.target === undefined) return leave('KEDA has not found its target yet');
  const { target, minReplicas } = scaledObject;
  const replicas = direction === 'suspension' ? 0 : Math.max(minReplicas, least);
  if (direction === 'reinstatement' && replicas === 0) return leave(NO_COUNT);
  return { kind: 'set', target, replicas };
}

function leave(why: string): Plan {
  return { kind: 'leave', why };
}

const NO_COUNT = 'it has no minReplicaCount to go to';

/** Go's `strconv.ParseBool`; KEDA takes whatever is no boolean for true. */
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

const ANNOTATION = 'autoscaling.keda.sh';

function againstBoth(scaledObject: ScaledObject, direction: Direction): string | undefined {
  const { annotations, isBeingDeleted, idleReplicas, minReplicas } = scaledObject;
  if (isBeingDeleted) return 'it is being deleted';
  const oneWay = direction === 'suspension' ? 'paused-scale-in' : 'paused-scale-out';
  for (const name of ['paused', oneWay].map((pause) => `${ANNOTATION}/${pause}`)) {
    const value = annotations[name];
    if (value !== undefined && !FALSE.has(value)) return `it is paused (${name}: ${value})`;
  }
  const paused = annotations[`${ANNOTATION}/paused-replicas`];
  if (paused !== undefined) return `it is paused (${ANNOTATION}/paused-replicas: ${paused})`;
  const floor = idleReplicas ?? minReplicas;
  if (floor === 0) return undefined;
  const [field, count] =
    idleReplicas === undefined
      ? ['minReplicaCount', minReplicas]
      : ['idleReplicaCount', idleReplicas];
  return `its target may not go to 0 (${field}: ${count})`;
}

function againstSuspension(
  scaledObject: ScaledObject,
  heard: Trigger,
  judge: Judge,
): string | undefined {
  const forced = scaledObject.annotations[`${ANNOTATION}/force-activation`];
  if (forced !== undefined && !FALSE.has(forced)) {
    return `it is kept active (${ANNOTATION}/force-activation: ${forced})`;
  }
  if (heard.suspend === 'always') return isInactive(judge(heard)) ? undefined : NO_LONGER;
  const { triggers, formula } = scaledObject;
  if (formula !== undefined) return `a formula decides (${quote(formula)})`;
  for (const trigger of triggers) {
    const ours = readOurs(scaledObject, trigger, heard);
    if (typeof ours === 'string') return ours;
    if (isInactive(judge(ours))) continue;
    const isHeard = ours.tenant === heard.tenant && ours.service === heard.service;
    return isHeard ? NO_LONGER : `another trigger may want its target up (${describe(ours)})`;
  }
  return undefined;
}

function describe({ tenant, service }: Trigger): string {
  return service === undefined ? `ours for ${tenant}` : `ours for ${tenant}, ${service}`;
}

const NO_LONGER = 'it is not certain any more that it is to be inactive';

function isInactive(verdict: Verdict): boolean {
  return verdict.kind === 'known' && !verdict.held && !verdict.active;
}

function againstReinstatement(
  { formula, minReplicas, maxReplicas }: ScaledObject,
  heard: Trigger,
  judge: Judge,
): string | undefined {
  if (formula !== undefined) return `a formula decides (${quote(formula)})`;
  if (minReplicas > maxReplicas) return 'its minReplicaCount is above its maxReplicaCount';
  const verdict = judge(heard);
  const isActive = verdict.kind === 'known' && !verdict.held && verdict.active;
  return isActive ? undefined : 'it is not certain any more that it is to be active';
}

/** Whether a target that was just scaled to 0 is wanted up by now, by any trigger of ours that has a say. */
export function isWantedUp(scaledObject: ScaledObject, heard: Trigger, judge: Judge): boolean {
  const ours =
    heard.suspend === 'always'
      ? [heard]
      : scaledObject.triggers.map((trigger) => readOurs(scaledObject, trigger, heard));
  return ours.some((trigger) => {
    const verdict = typeof trigger === 'string' ? undefined : judge(trigger);
    return verdict?.kind === 'known' && verdict.active;
  });
}
