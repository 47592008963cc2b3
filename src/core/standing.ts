import { sameList } from './license.ts';
import type { SourceName } from './observation.ts';
import { formatInstant, type Instant } from './time.ts';

export type Status = 'licensed' | 'unlicensed' | 'unknown';

/** Why a standing is what it is: the rule that decided. */
export type Reason = 'override' | 'absent' | 'status' | 'not-begun' | 'ended' | 'valid' | 'no-data';

/** What the fleet says of one tenant at a moment. */
export interface Standing {
  readonly status: Status;
  readonly reason: Reason;
  /** What the rule adds for people: an override's reason, a license's status, the date of its end. */
  readonly note: string | undefined;
  /** The source that decided; undefined where none had anything to say. */
  readonly source: SourceName | undefined;
  /** When the status became what it is. */
  readonly since: Instant;
  /** When it will change by itself, as far as is known now. */
  readonly until: Instant | undefined;
  /** The services that the license covers; undefined where the source does not say; `any` by override. */
  readonly services: readonly string[] | 'any' | undefined;
  /** The replicas asked for by an override or the license; undefined: the trigger decides. */
  readonly replicas: number | undefined;
}

/** The standing of a tenant that nothing is known about. */
export const UNKNOWN: Standing = Object.freeze({
  status: 'unknown',
  reason: 'no-data',
  note: undefined,
  source: undefined,
  since: 0,
  until: undefined,
  services: undefined,
  replicas: undefined,
});

/** Whether two standings say the same; `since` follows from the rest. */
export function sameStanding(a: Standing, b: Standing): boolean {
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    a.note === b.note &&
    a.source === b.source &&
    a.until === b.until &&
    a.replicas === b.replicas &&
    sameServices(a.services, b.services)
  );
}

function sameServices(a: Standing['services'], b: Standing['services']): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return sameList(a, b);
}

/** A standing in words, to be read after "tenant-b is ": `unlicensed: its license ended 2022-09-27T00:00:00Z`. */
export function describeStanding(standing: Standing): string {
  const because = describeReason(standing);
  const until = standing.until === undefined ? '' : `, until ${formatInstant(standing.until)}`;
  return `${standing.status}: ${because}${until}`;
}

function describeReason({ reason, note }: Standing): string {
  switch (reason) {
    case 'override':
      return note === undefined ? 'by an override' : `by an override (${note})`;
    case 'absent':
      return 'unknown to the source that decides';
    case 'status':
      return `its license is ${note ?? 'taken away'}`;
    case 'not-begun':
      return 'its license has not begun';
    case 'ended':
      return `its license ended ${note ?? ''}`.trimEnd();
    case 'valid':
      return 'its license is valid';
    case 'no-data':
      return note ?? 'no data';
  }
}
