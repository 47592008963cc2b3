import type { SourceState } from '../source-state.ts';
import type { Instant } from '../time.ts';
import { toAge, toMoment } from './moment.ts';

/** One source in the list of them. */
export interface SourceRow {
  readonly source: string;
  readonly label: string;
  /** Null: it has not been tried yet. */
  readonly up: boolean | null;
  readonly tried: boolean;
  readonly lastSuccessAt: string | null;
  readonly ageSeconds: number | null;
  readonly failingSince: string | null;
  /** Why it fails. */
  readonly reason: string | null;
  /** Tenants that it has a fact about. */
  readonly tenants: number;
}

/** A source began or ceased to work, or fails in another way. */
export interface SourceTurn {
  readonly at: string | null;
  readonly source: string;
  readonly up: boolean | null;
  readonly reason: string | null;
}

/** @param answeredAt when it was last read with success */
export function toSourceRow(
  state: SourceState,
  answeredAt: Instant | undefined,
  tenants: number,
  now: Instant,
): SourceRow {
  const { info, tried, trouble } = state;
  return {
    source: info.name,
    label: info.label,
    up: isUp(state),
    tried,
    lastSuccessAt: toMoment(answeredAt),
    ageSeconds: toAge(answeredAt, now),
    failingSince: toMoment(trouble?.since),
    reason: trouble?.reason ?? null,
    tenants,
  };
}

/** What is new about a source; undefined: nothing that an operator would want to know. */
export function toSourceTurn(
  before: SourceState | undefined,
  after: SourceState,
  now: Instant,
): SourceTurn | undefined {
  const up = isUp(after);
  const reason = after.trouble?.reason ?? null;
  if (before !== undefined && isUp(before) === up && (before.trouble?.reason ?? null) === reason) {
    return undefined;
  }
  return { at: toMoment(now), source: after.info.name, up, reason };
}

function isUp({ tried, understood, trouble }: SourceState): boolean | null {
  return tried ? understood && trouble === undefined : null;
}
