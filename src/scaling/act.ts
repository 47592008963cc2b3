/** One act: the target of one ScaledObject is scaled, if what is true of it now allows it. */
import { messageOf } from '../core/operator-error.ts';
import type { Trigger } from '../core/trigger.ts';
import type { Cluster, Scale } from './cluster.ts';
import { readsEnvironment } from './our-triggers.ts';
import { isWantedUp, plan, type Direction, type Judge } from './plan.ts';
import type { ScaledObject, Target } from './scaled-object.ts';

/** What is asked for. */
export interface Order {
  readonly direction: Direction;
  readonly namespace: string;
  readonly name: string;
  /** The trigger that KEDA asks about. */
  readonly trigger: Trigger;
  /** Whether KEDA asks about it at this moment, by a stream. */
  readonly isHeard: boolean;
  /** How many replicas a target is started with at the least; 0: one without `minReplicaCount` is left to KEDA. */
  readonly least: number;
}

/**
 * How an act ended.
 *
 * - `scaled`: the target has other replicas now.
 * - `already`: it was where it belongs.
 * - `left`: it is KEDA's, for the reason given.
 * - `late`: it waited too long for its turn; it is looked at again once the license is confirmed.
 * - `undone`: the tenant was reinstated while its target went to 0, so it was put back.
 * - `failed`: the API server could not be reached, or said no; KEDA's poll does it later.
 */
export type Result = 'scaled' | 'already' | 'left' | 'late' | 'undone' | 'failed';

export interface Report {
  readonly result: Result;
  /** A sentence about the ScaledObject or its target. */
  readonly why: string;
  /** The ScaledObject, where its target was written to. */
  readonly scaledObject?: ScaledObject;
}

/** Somebody else may write at the same time: KEDA, the HPA, a person. */
const ATTEMPTS = 5;

/**
 * Acts. Everything is read anew, and judged once more right before the write; a write that somebody else came before
 * begins again from the reading.
 *
 * @returns what came of it; never rejects
 */
export async function act(cluster: Cluster, order: Order, judge: Judge): Promise<Report> {
  try {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const report = await tryTo(cluster, order, judge);
      if (report !== undefined) return report;
    }
    return { result: 'failed', why: `its target was changed by others ${ATTEMPTS} times in a row` };
  } catch (error) {
    return { result: 'failed', why: messageOf(error) };
  }
}

/** @returns undefined where somebody else wrote in between */
async function tryTo(cluster: Cluster, order: Order, judge: Judge): Promise<Report | undefined> {
  const { direction, namespace, name, trigger, isHeard, least } = order;
  const scaledObject = await cluster.readScaledObject(namespace, name);
  if (scaledObject === undefined) return { result: 'left', why: 'it is not there any more' };
  if (!isHeard && readsEnvironment(scaledObject)) {
    return {
      result: 'left',
      why: 'what its environment says may be another by now: no stream is open',
    };
  }
  const first = plan(direction, scaledObject, trigger, judge, least);
  if (first.kind === 'leave') return { result: 'left', why: first.why };
  const { target, replicas } = first;
  const before = await cluster.readScale(target);
  if (before === undefined) return { result: 'left', why: `${nameOf(target)} is not there` };
  if (isThere(direction, before)) {
    return { result: 'already', why: `${nameOf(target)} has ${count(before.replicas)}` };
  }
  // Reading took time: what was true may be so no more.
  const last = plan(direction, scaledObject, trigger, judge, least);
  if (last.kind === 'leave') return { result: 'left', why: last.why };
  const after = await cluster.writeScale(target, before, replicas);
  if (after === undefined) return undefined;
  const isReversed = direction === 'suspension' && isWantedUp(scaledObject, trigger, judge);
  if (isReversed) return undo(cluster, scaledObject, target, before.replicas);
  const why = `${nameOf(target)} was scaled from ${before.replicas} to ${count(replicas)}`;
  return { result: 'scaled', why, scaledObject };
}

/** A target above 0 is nobody's to raise here; one at 0 is suspended. */
function isThere(direction: Direction, { replicas }: Scale): boolean {
  return direction === 'suspension' ? replicas === 0 : replicas > 0;
}

/** The `true` of the reinstatement may have reached KEDA while the target was still up: then nobody else would do this. */
async function undo(
  cluster: Cluster,
  scaledObject: ScaledObject,
  target: Target,
  replicas: number,
): Promise<Report> {
  const why = `${nameOf(target)} was put back to ${count(replicas)}: the license came while it was scaled to 0`;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const now = await cluster.readScale(target);
    const isBack = now === undefined || now.replicas > 0;
    if (isBack || (await cluster.writeScale(target, now, replicas)) !== undefined) {
      return { result: 'undone', why, scaledObject };
    }
  }
  return {
    result: 'failed',
    why: `${nameOf(target)} could not be put back to ${count(replicas)}, others changed it ${ATTEMPTS} times in a row`,
  };
}

function nameOf({ kind, namespace, name }: Target): string {
  return `${kind} ${namespace}/${name}`;
}

function count(replicas: number): string {
  return replicas === 1 ? '1 replica' : `${replicas} replicas`;
}
