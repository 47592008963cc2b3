import type { Outlook } from '../outlook.ts';
import type { Trigger } from '../trigger.ts';
import { judge } from '../verdict.ts';

/** What a ScaledObject is answered as things are, and why: `false: the license lists api, not batch`. */
export function describeVerdict(
  outlook: Outlook,
  trigger: Trigger,
  defaultReplicas: number,
): string {
  const verdict = judge(outlook, trigger, defaultReplicas);
  if (verdict.kind === 'unsaid') return `nothing${verdict.pending ? ' yet' : ''}: ${verdict.why}`;
  const held = verdict.held ? ', held' : '';
  if (verdict.active) return `true, replicas ${verdict.replicas}${held}`;
  return `false: ${whyNot(outlook, trigger)}${held}`;
}

function whyNot({ tenant, standing }: Outlook, { service }: Trigger): string {
  if (standing.status === 'unlicensed') return `${tenant} is unlicensed`;
  const listed = Array.isArray(standing.services) ? standing.services.join(', ') : '';
  return `the license lists ${listed || 'no service'}, not ${service ?? ''}`;
}
