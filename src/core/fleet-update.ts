/** The fleet as a value, and what a step of it says. */
import type { Agenda } from './agenda.ts';
import type { Decision } from './merge.ts';
import type { Observation, SourceName } from './observation.ts';
import type { SourceState, Words } from './source-state.ts';
import type { Standing, Status } from './standing.ts';
import type { TenantId } from './tenant.ts';
import type { Instant } from './time.ts';
import type { VersionedMap } from './versioned-map.ts';

/** All that is known about one tenant, and what was made of it. */
export interface TenantRecord {
  readonly words: Words;
  readonly standing: Standing;
}

/** That a tenant is withheld; there is nothing more to say about it. */
export type Withheld = Readonly<Record<string, never>>;

export interface Fleet {
  /** Goes up by one with every observation that changed something. */
  readonly revision: number;
  /** Lowest rank first. */
  readonly sources: readonly SourceState[];
  readonly tenants: VersionedMap<TenantId, TenantRecord>;
  /** How many tenants are in each status. */
  readonly counts: Readonly<Record<Status, number>>;
  /** How many tenants are licensed by each source, by its name. */
  readonly licensedBy: Readonly<Record<SourceName, number>>;
  readonly agenda: Agenda;
  /** Tenants whose standing might be another if every source could be read. */
  readonly withheld: VersionedMap<TenantId, Withheld>;
}

/** A tenant's standing was replaced by another. */
export interface Transition {
  readonly tenant: TenantId;
  readonly before: Standing;
  readonly after: Standing;
  readonly at: Instant;
  readonly revision: number;
}

/** What was just decided about a tenant, and what stands after it. */
export interface Judgment {
  readonly tenant: TenantId;
  readonly decision: Decision;
  readonly standing: Standing;
}

/** Trouble with what one source says of one tenant. */
export interface TenantTrouble {
  readonly tenant: TenantId;
  readonly source: SourceName;
  readonly reason: string;
}

export interface FleetUpdate {
  readonly fleet: Fleet;
  /** The sources as they were before it. */
  readonly sourcesBefore: readonly SourceState[];
  readonly transitions: readonly Transition[];
  /** The tenants about which something else may be answered now; holds every tenant of `transitions`. */
  readonly touched: readonly Judgment[];
  /**
   * Whether a source began or ceased to work, so that something else may be answered about any tenant
   * that no firm answer could be given about before.
   */
  readonly sourceTurned: boolean;
  /** Tenants of which a source's word can't be read for a reason that is new. */
  readonly troubles: readonly TenantTrouble[];
  /** Tenants that are to be asked about at once: something about them is, or is about to be, out of date. */
  readonly refresh: readonly TenantId[];
  /** What set it off; undefined: time alone. */
  readonly cause: Observation | undefined;
}
