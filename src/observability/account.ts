import type { Fleet, FleetUpdate } from '../core/fleet.ts';
import type { SourceState } from '../core/source-state.ts';
import type { Sighting, SourceName } from '../core/observation.ts';
import type { Instant } from '../core/time.ts';

/** What is kept of an update until it is written down. It holds no fleet: that would keep old versions of it alive. */
export interface Account extends Pick<FleetUpdate, 'sourcesBefore' | 'transitions' | 'troubles'> {
  readonly sources: readonly SourceState[];
  readonly withheld: Fleet['withheld'];
  /** The source that was read with success, and when. */
  readonly answered: { readonly source: SourceName; readonly at: Instant } | undefined;
}

/** What is to be written down of an update. */
export function accountFor(update: FleetUpdate): Account {
  const { fleet, sourcesBefore, transitions, troubles, cause } = update;
  const answered = cause?.kind === 'sighting' && isAnswer(cause) ? answerOf(cause) : undefined;
  const { sources, withheld } = fleet;
  return { sourcesBefore, sources, withheld, transitions, troubles, answered };
}

/** Lines that are written in one turn of the event loop: about a millisecond's worth. */
const SHARE = 50;

/** Cuts accounts into shares that don't hold the event loop for long, in order. */
export function* shares(accounts: Iterable<Account>): Iterable<Account[]> {
  let share: Account[] = [];
  let lines = 0;
  for (const account of accounts) {
    share.push(account);
    lines += 1 + account.transitions.length + account.troubles.length;
    if (lines < SHARE) continue;
    yield share;
    share = [];
    lines = 0;
  }
  if (share.length > 0) yield share;
}

/** That a source is not asked about a tenant any more is no answer of it. */
function isAnswer({ whole, readings }: Sighting): boolean {
  if (whole) return true;
  for (const { kind } of readings.values()) if (kind !== 'silent') return true;
  return false;
}

function answerOf({ source, at }: Sighting): Account['answered'] {
  return { source, at };
}

/**
 * When what an update brought was read from its source or, where time alone set it off, when it was due;
 * undefined where it changed nothing.
 */
export function newsAt({ cause, transitions }: FleetUpdate): Instant | undefined {
  return cause?.at ?? transitions[0]?.before.until;
}
