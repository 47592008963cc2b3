import type { Transition } from '../fleet-update.ts';
import { describeStanding, type Reason, type Status } from '../standing.ts';
import type { TenantId } from '../tenant.ts';
import { toMoment } from './moment.ts';

/** One transition, as it is told to people. */
export interface TransitionRow {
  readonly id: number;
  readonly at: string | null;
  readonly tenant: TenantId;
  readonly from: Status;
  /** May be the same: then why, by whom or until when it stands has changed. */
  readonly to: Status;
  readonly reason: Reason;
  readonly sentence: string;
  readonly source: string | null;
  readonly revision: number;
}

/** @param id a running number of the process */
export function toTransitionRow(id: number, transition: Transition): TransitionRow {
  const { tenant, before, after, at, revision } = transition;
  return {
    id,
    at: toMoment(at),
    tenant,
    from: before.status,
    to: after.status,
    reason: after.reason,
    sentence: `${tenant} is ${describeStanding(after)}`,
    source: after.source ?? null,
    revision,
  };
}
