/** What somebody who asks "why is it at zero?" is not to overlook. */
import type { Outlook } from '../core/outlook.ts';
import type { RefusedScaledObject, ScaledObjectState } from '../core/report/scaled-object-row.ts';
import type { TenantReport } from '../core/report/tenant-report.ts';
import type { View } from '../core/report/tenant-row.ts';
import { describeVerdict } from '../core/report/verdict-sentence.ts';
import { formatMillis, type Instant, type Millis } from '../core/time.ts';
import { judge } from '../core/verdict.ts';

/** KEDA polls every 30 s unless a ScaledObject says otherwise. */
const LATE: Millis = 120_000;

/**
 * Sentences about what the standing alone does not tell: a ScaledObject that is answered otherwise than its
 * tenant's standing lets expect, nobody who asks, and a source whose turn it is and that can't be read.
 *
 * @param asking the tenant's ScaledObjects
 * @param refused those in the namespace of its name that are refused
 */
export function remarksOf(
  view: Pick<View, 'now' | 'defaultReplicas'>,
  outlook: Outlook,
  report: Pick<TenantReport, 'tenant' | 'held' | 'source' | 'sources'>,
  asking: readonly ScaledObjectState[],
  refused: readonly RefusedScaledObject[] = [],
): string[] {
  return [
    ...turnOf(report),
    ...refused.map(({ why, ...names }) => `${nameOf(names)} is refused: ${why}`),
    ...(asking.length + refused.length === 0 ? [nobodyAsks(report.tenant)] : []),
    ...asking.flatMap((each) => [...surpriseOf(view, outlook, each), ...silenceOf(each, view.now)]),
  ];
}

/** An override was taken out, or the like, and the source that decides in its place can't be read. */
function turnOf({
  held,
  source,
  sources,
}: Pick<TenantReport, 'held' | 'source' | 'sources'>): string[] {
  const decider = sources.find(({ decides }) => decides)?.source;
  if (!held || source === null || decider === undefined || decider === source) return [];
  return [`it is ${decider}'s turn to decide: until that can be read, what ${source} said stands`];
}

function nobodyAsks(tenant: string): string {
  return (
    `no ScaledObject asks about ${tenant}: there is none, it is paused, its trigger is refused ` +
    '(kubectl describe scaledobject says so), or KEDA is not connected, or to another replica'
  );
}

/** The tenant's standing is one thing, what a trigger asks for another. */
function surpriseOf(
  { defaultReplicas }: Pick<View, 'defaultReplicas'>,
  outlook: Outlook,
  state: ScaledObjectState,
): string[] {
  const { standing, certainty } = outlook;
  if (standing.status !== 'licensed' || certainty === 'pending' || certainty === 'unknown') {
    return [];
  }
  const verdict = judge(outlook, state.trigger, defaultReplicas);
  if (verdict.kind === 'known' && verdict.active) return [];
  const says = describeVerdict(outlook, state.trigger, defaultReplicas);
  return [`${nameOf(state)} is answered ${says}`];
}

function silenceOf(state: ScaledObjectState, now: Instant): string[] {
  const { openSince, lastPollAt } = state;
  if (openSince !== undefined) return [];
  if (lastPollAt !== undefined && now - lastPollAt < LATE) {
    return [`${nameOf(state)} polls without a stream: a reinstatement waits for its next poll`];
  }
  const polled =
    lastPollAt === undefined ? 'never polled' : `last polled ${formatMillis(now - lastPollAt)} ago`;
  return [
    `${nameOf(state)} has no stream any more, and ${polled}: it is paused, deleted or refused, ` +
      'KEDA is not connected, or its pollingInterval is longer',
  ];
}

function nameOf({ namespace, name }: Pick<ScaledObjectState, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
