/** All that there is to say about one tenant: what each source says, which decides, what comes next. */
import { describeTrouble } from '../doubt.ts';
import { decide, type Decision } from '../merge.ts';
import { weigh, type Outlook } from '../outlook.ts';
import { confirmedAt, type SourceState, type Word } from '../source-state.ts';
import { UNKNOWN, type Standing } from '../standing.ts';
import type { TenantId } from '../tenant.ts';
import type { Instant } from '../time.ts';
import { describeFact } from './fact-sentence.ts';
import { toAge, toMoment } from './moment.ts';
import { rowOf, type TenantRow, type View } from './tenant-row.ts';

/** What one source says of a tenant. */
interface SourceWord {
  readonly source: string;
  readonly label: string;
  /** The higher one decides. */
  readonly rank: number;
  readonly says: string;
  /** When that was last confirmed. */
  readonly readAt: string | null;
  readonly ageSeconds: number | null;
  readonly trouble: string | null;
  readonly decides: boolean;
}

/** What happens by itself, unless something new is heard. */
interface NextChange {
  readonly at: string;
  readonly what: string;
}

export interface TenantReport extends TenantRow {
  /** Why it may not be relied on; null where it may. */
  readonly why: string | null;
  /** The highest rank first. */
  readonly sources: readonly SourceWord[];
  readonly next: NextChange | null;
}

/** @param listeners how many ScaledObjects of the tenant have a stream open */
export function toTenantReport(view: View, tenant: TenantId, listeners: number): TenantReport {
  const { fleet, now, maxStaleness, defaultReplicas } = view;
  const record = fleet.tenants.get(tenant);
  const decision = decide(record?.words ?? [], fleet.sources, now);
  const outlook = weigh(
    { tenant, decision, standing: record?.standing ?? UNKNOWN },
    now,
    maxStaleness,
  );
  const decider = decision.kind === 'decided' ? decision.source : undefined;
  const sources = fleet.sources.map((source, rank) =>
    toSourceWord(source, rank, record?.words[rank], decider, now),
  );
  return {
    ...rowOf(outlook, defaultReplicas, listeners),
    why: outlook.why ?? null,
    sources: sources.reverse(),
    next: nextChange(view, outlook, decision),
  };
}

function toSourceWord(
  source: SourceState,
  rank: number,
  word: Word | undefined,
  decider: string | undefined,
  now: Instant,
): SourceWord {
  const { info } = source;
  const readAt = word?.fact === undefined ? source.wholeAt : confirmedAt(word, source);
  const trouble = source.trouble ?? word?.trouble;
  return {
    source: info.name,
    label: info.label,
    rank,
    says: describeWord(source, word),
    readAt: toMoment(readAt),
    ageSeconds: toAge(readAt, now),
    trouble: trouble === undefined ? null : describeTrouble(source, trouble, now),
    decides: info.name === decider,
  };
}

function describeWord({ info, tried, understood }: SourceState, word: Word | undefined): string {
  if (word?.fact !== undefined) return describeFact(word.fact);
  if (word?.trouble !== undefined) return 'nothing that was ever understood';
  if (!tried) return 'nothing yet: it has not answered';
  if (!understood) return 'nothing: it could never be read';
  if (info.gives === 'overrides') return 'no override';
  return 'nothing yet: it has not been asked about this tenant';
}

/** While it is held, no end of a period is acted on; what comes then is that it is too old to be held. */
function nextChange(
  { maxStaleness }: View,
  { standing, certainty }: Outlook,
  decision: Decision,
): NextChange | null {
  if (certainty === 'held' && decision.kind === 'decided') {
    const what = 'what is held gets too old: calls are answered UNAVAILABLE from then on';
    return toNext(decision.knownAt + maxStaleness, what);
  }
  if (certainty !== 'firm' || standing.until === undefined) return null;
  return toNext(standing.until, describeEnd(standing, decision));
}

function toNext(instant: Instant, what: string): NextChange | null {
  const at = toMoment(instant);
  return at === null ? null : { at, what };
}

function describeEnd({ reason, until }: Standing, decision: Decision): string {
  // An override about replicas alone may end before the license does.
  if (decision.kind === 'decided' && decision.until === until && reason !== 'override') {
    return 'its override ends';
  }
  if (reason === 'override') return 'its override ends';
  return reason === 'not-begun' ? 'its license begins' : 'its license ends';
}
