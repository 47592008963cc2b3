import { diffReadings, withAbsences, type Readings } from '../../core/diff.ts';
import type { Reading } from '../../core/observation.ts';
import type { TenantId } from '../../core/tenant.ts';
import type { DemandChange } from '../../pipeline/demand.ts';
import { CUT } from './cut.ts';
import type { FiledLicenses } from './decode-licenses.ts';

const NOTHING: Readings = new Map();
const ABSENT: Reading = Object.freeze({ kind: 'absent', proven: true });
const SILENT: Reading = Object.freeze({ kind: 'silent' });

/**
 * The roll: what a license file says about every tenant that it lists or that is in demand, and of that,
 * what has not been said yet.
 *
 * Holds state, for as long as one subscription to the source lasts.
 */
export class LicenseRoll {
  readonly #demanded = new Set<TenantId>();
  #filed: FiledLicenses | undefined;
  /** Why it does not count that somebody is not listed; undefined: it does. */
  #doubt: string | undefined;
  #said = new Map<TenantId, Reading>();
  /** Whether what the file says can be said: it was understood when it was last read. */
  #isTrusted = false;

  /**
   * The file was read and understood. Returns what is new.
   *
   * @param cut whether its end may be missing
   */
  takeIn(filed: FiledLicenses, cut = false): Readings {
    const doubt = filed.nameless ?? (cut ? CUT : undefined);
    if (filed === this.#filed && doubt === this.#doubt && this.#isTrusted) return NOTHING;
    const complete = withAbsences(filed.readings, this.#said, this.#demanded);
    const said = new Map([...complete].map(([tenant, r]) => [tenant, doubted(r, doubt)] as const));
    this.#doubt = doubt;
    const changes = diffReadings(this.#said, said);
    this.#filed = filed;
    this.#said = said;
    this.#isTrusted = true;
    return changes;
  }

  /** The file could not be read or understood: until it can be again, what it said is not added to. */
  distrust(): void {
    this.#isTrusted = false;
  }

  /** A tenant came into demand, or left it. Returns what is to be said about it at once. */
  change({ tenant, wanted }: DemandChange): Readings {
    if (wanted) this.#demanded.add(tenant);
    else this.#demanded.delete(tenant);
    if (!this.#isTrusted || this.#filed === undefined) return NOTHING;
    const before = this.#said.get(tenant);
    if (wanted && before === undefined) return this.#say(tenant, doubted(ABSENT, this.#doubt));
    if (!wanted && before?.kind === 'absent') return this.#say(tenant, SILENT);
    return NOTHING;
  }

  #say(tenant: TenantId, reading: Reading): Readings {
    if (reading.kind === 'silent') this.#said.delete(tenant);
    else this.#said.set(tenant, reading);
    return new Map([[tenant, reading]]);
  }
}

/** Nobody is absent from a list of which a part may be anybody's. */
function doubted(reading: Reading, doubt: string | undefined): Reading {
  if (reading.kind !== 'absent' || doubt === undefined) return reading;
  return {
    kind: 'unreadable',
    problem: `not listed by its id, which does not count while ${doubt}`,
  };
}
