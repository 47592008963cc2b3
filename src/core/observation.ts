/**
 * What sources say. A source that can't be read says so in a value, never by an exception, so that
 * trouble travels through the pipeline in order, like everything else.
 */
import type { License } from './license.ts';
import type { Override } from './override.ts';
import type { TenantId } from './tenant.ts';
import type { Instant, Millis } from './time.ts';

export type SourceName = string;

/** Who a source is; fixed for the life of the process. */
export interface SourceInfo {
  readonly name: SourceName;
  /** How messages call it: `license service http://licenses:8080`. */
  readonly label: string;
  /**
   * What its silence about a tenant means. From a source of `overrides` that has answered: no override.
   * From a source of `licenses`: not asked yet, because it names what it does not know (`absent`).
   */
  readonly gives: 'licenses' | 'overrides';
  /** Whether it asks only about tenants in demand, and so has nothing to answer before there are any. */
  readonly onDemand: boolean;
  /** Within what time it confirms each tenant while all is well; undefined: not by the clock. */
  readonly interval?: Millis | undefined;
  /** For how long an absence that is not proven must be confirmed before it counts; undefined: it counts at once. */
  readonly confirmAbsenceFor?: Millis | undefined;
}

/** One source's statement about one tenant that decides something. */
export type Fact =
  | { readonly kind: 'license'; readonly license: License }
  | { readonly kind: 'override'; readonly override: Override }
  /**
   * The source answered and does not know the tenant: 404, or a whole list without it.
   * `proven`: that can't come from somebody in front of it, nor from a part taken for the whole.
   */
  | { readonly kind: 'absent'; readonly proven: boolean };

/** What reading one tenant gave. */
export type Reading =
  | Fact
  /** There is a record, but it can't be understood: the last fact stands and the tenant is held. */
  | { readonly kind: 'unreadable'; readonly problem: string }
  /** An overrides source has no entry (any more), or nobody asks about the tenant any more. */
  | { readonly kind: 'silent' };

/** A source was read, wholly or for some tenants. */
export interface Sighting {
  readonly kind: 'sighting';
  readonly source: SourceName;
  /** When the reading began: what it says was true then, or later. */
  readonly at: Instant;
  /** The tenants that this source has something new to say about. */
  readonly readings: ReadonlyMap<TenantId, Reading>;
  /** Whether the source's whole answer was read, which confirms every tenant not named in `readings`. */
  readonly whole: boolean;
  /** The source's own clock, where it tells (`Date` of an HTTP answer). */
  readonly clock?: Instant | undefined;
  /** How long it takes to confirm every tenant at present, where that is longer than `interval`. */
  readonly round?: Millis | undefined;
}

/** A source could not be read. */
export interface Failure {
  readonly kind: 'failure';
  readonly source: SourceName;
  readonly at: Instant;
  /** The only tenant it concerns; undefined: the whole source. */
  readonly tenant: TenantId | undefined;
  /** What went wrong, to be read after "has failed for 42 s: ". */
  readonly reason: string;
  /**
   * Whether there is content that could not be understood (a broken overrides file), as opposed to
   * none at all (a refused connection, a missing file). While such content has never been understood,
   * lower ranks do not decide in its place: it might say the opposite.
   */
  readonly opaque: boolean;
}

export type Observation = Sighting | Failure;
