import type { Fact } from '../observation.ts';
import type { Reason } from '../standing.ts';
import type { Instant } from '../time.ts';

/** What a rule makes of a fact. */
export interface Ruling {
  readonly licensed: boolean;
  readonly reason: Reason;
  readonly note: string | undefined;
  /** When the same rule, given the same fact, will say something else. */
  readonly until: Instant | undefined;
}

/** A rule for standings: pure, and undefined where it has nothing to say about the fact. */
export type Rule = (fact: Fact, now: Instant) => Ruling | undefined;
