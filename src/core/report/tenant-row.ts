/** One tenant in a list of all. */
import type { Fleet } from '../fleet-update.ts';
import { outlook, type Certainty, type Outlook } from '../outlook.ts';
import { describeStanding, type Reason, type Status } from '../standing.ts';
import type { TenantId } from '../tenant.ts';
import type { Instant, Millis } from '../time.ts';
import { toMoment } from './moment.ts';

/** What a report is made from. */
export interface View {
  readonly fleet: Fleet;
  readonly now: Instant;
  readonly maxStaleness: Millis;
  readonly defaultReplicas: number;
}

export interface TenantRow {
  readonly tenant: TenantId;
  /** What was decided last, whether or not it may be relied on: that is `certainty`. */
  readonly standing: Status;
  readonly certainty: Certainty;
  readonly reason: Reason;
  readonly sentence: string;
  readonly source: string | null;
  readonly since: string | null;
  /** When the standing changes by itself. */
  readonly until: string | null;
  /** Where no trigger says otherwise; null where nothing can be said. */
  readonly replicas: number | null;
  readonly held: boolean;
  /** ScaledObjects that have a stream open. */
  readonly listeners: number;
}

/** Reads one record, whatever the number of tenants. */
export function toTenantRow(view: View, tenant: TenantId, listeners: number): TenantRow {
  const now = outlook(view.fleet, tenant, view.now, view.maxStaleness);
  return rowOf(now, view.defaultReplicas, listeners);
}

/** The same of an outlook. */
export function rowOf(now: Outlook, defaultReplicas: number, listeners: number): TenantRow {
  const { tenant, standing, certainty } = now;
  const { status, reason, source, since, until } = standing;
  return {
    tenant,
    standing: status,
    certainty,
    reason,
    sentence: describeOutlook(now),
    source: source ?? null,
    since: status === 'unknown' ? null : toMoment(since),
    until: toMoment(until),
    replicas: replicasOf(now, defaultReplicas),
    held: certainty === 'held',
    listeners,
  };
}

/** The sentence: what stands, and what keeps it from being relied on. */
function describeOutlook({ tenant, standing, certainty, why }: Outlook): string {
  if (standing.status === 'unknown') return why ?? `no license data for ${tenant}`;
  const stands = describeStanding(standing);
  if (certainty === 'firm') return `${tenant} is ${stands}`;
  if (certainty === 'held') return `${tenant} is ${stands}; held, because ${why ?? 'of trouble'}`;
  return `${tenant} was ${stands}; nothing is decided now: ${why ?? 'no data'}`;
}

function replicasOf({ standing, certainty }: Outlook, defaultReplicas: number): number | null {
  if (certainty === 'unknown' || certainty === 'pending') return null;
  if (standing.status === 'unknown') return null;
  return standing.status === 'unlicensed' ? 0 : (standing.replicas ?? defaultReplicas);
}
