/** What is done with the `scale` subresource, turned into metrics and log lines. */
import type { Millis } from '../core/time.ts';
import type { TenantId } from '../core/tenant.ts';
import type { LimitedLog } from './limited-log.ts';
import type { Metrics } from './metrics.ts';

/** An act on the target of a ScaledObject. */
interface ScaleAct {
  readonly scaledObject: {
    readonly namespace: string;
    readonly name: string;
    readonly trigger: { readonly tenant: TenantId };
  };
  readonly direction: string;
  readonly result: 'scaled' | 'already' | 'left' | 'late' | 'undone' | 'failed';
  readonly why: string;
  readonly took: Millis;
  readonly unannounced: string | undefined;
}

const LEVELS = {
  scaled: 'info',
  undone: 'info',
  failed: 'warn',
  left: 'info',
  already: 'debug',
  late: 'debug',
} as const;

/** Listens to the room that scales. */
export function createScaleObserver(
  { scale }: Metrics,
  lines: LimitedLog,
): (act: ScaleAct) => void {
  return ({ scaledObject, direction, result, why, took, unannounced }) => {
    const name = `${scaledObject.namespace}/${scaledObject.name}`;
    const facts = { scaledObject: name, tenant: scaledObject.trigger.tenant, direction, result };
    scale.acts.inc({ direction, result });
    if (result === 'scaled') scale.latency.observe({ direction }, took / 1000);
    const message = `${direction} of ${name}: ${result}: ${why}`;
    lines.write(LEVELS[result], `scale ${result}`, { ...facts, why, took }, message);
    if (unannounced === undefined) return;
    scale.unannounced.inc();
    const lost = `the Event about ${name} could not be written: ${unannounced}`;
    lines.write('warn', 'scale event', facts, lost);
  };
}
