import type { Outlook } from './outlook.ts';
import type { Trigger } from './trigger.ts';

/** What one ScaledObject is told: standing x trigger. */
export type Verdict = Known | Unsaid;

export interface Known {
  readonly kind: 'known';
  readonly active: boolean;
  /** Replicas wanted: at least 1 where active, otherwise 0. */
  readonly replicas: number;
  /** Whether this is only what was known last: unary calls answer it, streams do not repeat it. */
  readonly held: boolean;
}

interface Unsaid {
  readonly kind: 'unsaid';
  /** Whether an answer is on its way. */
  readonly pending: boolean;
  /** A sentence that an operator can act on. */
  readonly why: string;
}

/** Judges a trigger by its tenant's outlook. */
export function judge(outlook: Outlook, trigger: Trigger, defaultReplicas: number): Verdict {
  const { standing, certainty, why } = outlook;
  // Asked of the standing as well: whatever may be wrong elsewhere, what is not known is never `false`.
  if (certainty === 'pending' || certainty === 'unknown' || standing.status === 'unknown') {
    return { kind: 'unsaid', pending: certainty === 'pending', why: why ?? 'no data' };
  }
  const held = certainty === 'held';
  if (standing.status === 'unlicensed') return { kind: 'known', active: false, replicas: 0, held };
  const covered = coversService(outlook, trigger);
  if (covered === undefined) {
    return { kind: 'unsaid', pending: false, why: servicesMissing(outlook, trigger) };
  }
  if (!covered && outlook.inPlaceOf !== undefined) {
    return { kind: 'unsaid', pending: false, why: outlook.inPlaceOf };
  }
  if (!covered) return { kind: 'known', active: false, replicas: 0, held };
  const replicas = standing.replicas ?? trigger.replicas ?? defaultReplicas;
  return { kind: 'known', active: true, replicas, held };
}

/** Undefined where the license lists no services at all: it neither covers the service nor denies it. */
function coversService({ standing }: Outlook, { service }: Trigger): boolean | undefined {
  if (service === undefined || standing.services === 'any') return true;
  return standing.services?.includes(service);
}

function servicesMissing({ tenant }: Outlook, { service }: Trigger): string {
  return (
    `the license of ${tenant} does not say which services it covers, ` +
    `so whether it covers ${service ?? ''} can't be decided`
  );
}
