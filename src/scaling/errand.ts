/** Errands: that a tenant is to be looked at, and what for. */
import type { Transition } from '../core/fleet-update.ts';
import type { Standing } from '../core/standing.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant } from '../core/time.ts';

export interface Errand {
  readonly tenant: TenantId;
  /** Where the tenant stood before each change that came; empty: it is looked whether its targets are where they belong. */
  readonly befores: readonly Standing[];
  /** When the last of it was known: what is acted on is no newer than that. */
  readonly at: Instant;
}

/** Whether nothing has changed: it is looked whether all is where it belongs. */
export function isLook({ befores }: Errand): boolean {
  return befores.length === 0;
}

/** More flips of one tenant than that, while it waits for its turn, are no news. */
const MOST = 16;

/** Nothing follows from what was not known before: it may have been so for long. Nor where no trigger is told another thing. */
export function errandsOf(transitions: readonly Transition[]): Errand[] {
  return transitions
    .filter(({ before, after }) => before.status !== 'unknown' && after.status !== 'unknown')
    .filter(mayTurn)
    .map(({ tenant, before, at }) => ({ tenant, befores: [before], at }));
}

/** Dates, reasons and replicas turn nobody on or off. */
function mayTurn({ before, after }: Transition): boolean {
  if (before.status !== after.status) return true;
  if (after.status === 'unlicensed') return false;
  return JSON.stringify(before.services) !== JSON.stringify(after.services);
}

export function joinErrands(waiting: Errand, next: Errand): Errand {
  return { ...next, befores: [...waiting.befores, ...next.befores].slice(0, MOST) };
}
