import { guessKedaVersion } from '../keda-version.ts';
import type { TenantId } from '../tenant.ts';
import type { Instant } from '../time.ts';
import type { Trigger } from '../trigger.ts';
import { toMoment } from './moment.ts';

/** A ScaledObject that asks about a tenant, as far as it was seen. */
export interface ScaledObjectState {
  readonly namespace: string;
  readonly name: string;
  readonly trigger: Trigger;
  /** KEDA's address and user agent at the last call or stream. */
  readonly peer: string;
  readonly userAgent: string | undefined;
  /** When its first open stream was opened; undefined: it has none. */
  readonly openSince: Instant | undefined;
  /** What a stream was last sent. */
  readonly lastSaid: boolean | undefined;
  readonly lastSaidAt: Instant | undefined;
  readonly lastPollAt: Instant | undefined;
  readonly polls: number;
  /** What a unary call was last answered. */
  readonly lastAnswer: string | undefined;
  /** What was last done about its target from here; undefined: nothing, as everywhere where KEDA alone scales. */
  readonly lastAct: string | undefined;
  readonly lastActAt: Instant | undefined;
}

/** A ScaledObject whose trigger can't be read, and why. */
export interface RefusedScaledObject {
  readonly namespace: string;
  readonly name: string;
  readonly why: string;
}

export interface ScaledObjectRow {
  readonly namespace: string;
  readonly name: string;
  readonly tenant: TenantId;
  readonly trigger: { readonly service: string | null; readonly replicas: number | null };
  readonly peer: string;
  readonly userAgent: string | null;
  /** As far as the user agent tells. */
  readonly kedaVersion: string | null;
  readonly openSince: string | null;
  readonly lastSaid: boolean | null;
  readonly lastSaidAt: string | null;
  readonly lastPollAt: string | null;
  readonly polls: number;
  readonly lastAnswer: string | null;
  readonly lastAct: string | null;
  readonly lastActAt: string | null;
}

export function toScaledObjectRow(state: ScaledObjectState): ScaledObjectRow {
  const { namespace, name, trigger, peer, userAgent, lastSaid, polls, lastAnswer } = state;
  return {
    namespace,
    name,
    tenant: trigger.tenant,
    trigger: { service: trigger.service ?? null, replicas: trigger.replicas ?? null },
    peer,
    userAgent: userAgent ?? null,
    kedaVersion: guessKedaVersion(userAgent) ?? null,
    openSince: toMoment(state.openSince),
    lastSaid: lastSaid ?? null,
    lastSaidAt: toMoment(state.lastSaidAt),
    lastPollAt: toMoment(state.lastPollAt),
    polls,
    lastAnswer: lastAnswer ?? null,
    lastAct: state.lastAct ?? null,
    lastActAt: toMoment(state.lastActAt),
  };
}
