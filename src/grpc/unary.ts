/** The unary RPCs: answers from memory, in the words of an operator where there is none. */
import { status } from '@grpc/grpc-js';
import { filter, firstValueFrom, map, of, timeout } from 'rxjs';
import type {
  GetMetricSpecResponse,
  GetMetricsRequest,
  GetMetricsResponse,
  IsActiveResponse,
  ScaledObjectRef,
} from '../../generated/externalscaler.ts';
import type { Millis } from '../core/time.ts';
import { parseTrigger, type Trigger } from '../core/trigger.ts';
import type { Known, Verdict } from '../core/verdict.ts';
import { judging, triggerOf, type ScalerContext } from './context.ts';
import { METRIC_SPECS, toMetricValues } from './metric-specs.ts';
import { RpcError, toRpcError } from './rpc-error.ts';
import type { Call } from './scaled-objects.ts';

/**
 * How long a call waits for the first answer about a tenant that nobody has asked about before. KEDA sets
 * no deadline and holds a lock meanwhile, so this is a bound on how long one ScaledObject can be held up.
 */
const FIRST_ANSWER: Millis = 1_000;

/** Whether the workload should run. */
export async function isActive(
  context: ScalerContext,
  ref: ScaledObjectRef,
  call: Call,
): Promise<IsActiveResponse> {
  const { active } = await answerTo(context, ref, call, true);
  return { result: active };
}

/** How many replicas are wanted; 0 where the tenant is not licensed. */
export async function getMetrics(
  context: ScalerContext,
  request: GetMetricsRequest,
  call: Call,
): Promise<GetMetricsResponse> {
  const ref = request.scaledObjectRef ?? { name: '', namespace: '', scalerMetadata: {} };
  const { replicas } = await answerTo(context, ref, call, false);
  return { metricValues: toMetricValues(replicas) };
}

/**
 * Always the same, for any ScaledObject, even one whose metadata is wrong: without an answer KEDA would
 * not watch it at all, or scale it by CPU. It is the first that KEDA asks, so the asking begins here.
 */
export function getMetricSpec(
  { demand, required }: ScalerContext,
  { name, namespace, scalerMetadata }: ScaledObjectRef,
): GetMetricSpecResponse {
  const trigger = parseTrigger({ name, namespace, metadata: scalerMetadata }, required);
  if (trigger.ok) demand.ask(trigger.value.tenant);
  return { metricSpecs: METRIC_SPECS };
}

/** The verdict, with a note of who asked and what the answer was. */
async function answerTo(
  context: ScalerContext,
  ref: ScaledObjectRef,
  call: Call,
  isLast: boolean,
): Promise<Known> {
  const trigger = triggerOf(context, ref);
  const entry = context.scaledObjects.seen(ref, trigger, call);
  try {
    const known = await verdictOn(context, trigger);
    // A poll of KEDA ends with IsActive, or with the first call that fails.
    entry.answered(isLast ? String(known.active) : describeReplicas(known.replicas), isLast);
    return known;
  } catch (error) {
    const { code, message } = toRpcError(error);
    entry.answered(`${status[code]}: ${message}`, true);
    throw error;
  }
}

function describeReplicas(replicas: number): string {
  return replicas === 1 ? '1 replica' : `${replicas} replicas`;
}

/** @throws RpcError UNAVAILABLE, which makes KEDA hold, where nothing can be said */
async function verdictOn(context: ScalerContext, trigger: Trigger): Promise<Known> {
  const { directory, demand } = context;
  demand.ask(trigger.tenant);
  const judgeNow = judging(context, trigger);
  let verdict = judgeNow(directory.outlook(trigger.tenant));
  if (isPending(verdict)) verdict = await firstVerdict(context, trigger, verdict);
  if (verdict.kind === 'known') return verdict;
  throw new RpcError(status.UNAVAILABLE, verdict.why);
}

function firstVerdict(
  context: ScalerContext,
  trigger: Trigger,
  pending: Verdict,
): Promise<Verdict> {
  return firstValueFrom(
    context.directory.watch(trigger.tenant).pipe(
      map(judging(context, trigger)),
      filter((verdict) => !isPending(verdict)),
      timeout({ first: FIRST_ANSWER, with: () => of(pending) }),
    ),
  );
}

function isPending(verdict: Verdict): boolean {
  return verdict.kind === 'unsaid' && verdict.pending;
}
