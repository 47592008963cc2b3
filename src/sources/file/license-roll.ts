import { diffReadings, withAbsences, type Readings } from '../../core/diff.ts';
import type { Reading } from '../../core/observation.ts';
import type { TenantId } from '../../core/tenant.ts';
import type { DemandChange } from '../../pipeline/demand.ts';
import { CUT, withoutLess } from './cut.ts';
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
  #isCut = false;
  #said = new Map<TenantId, Reading>();
  /** Whether what the file says can be said: it was understood when it was last read. */
  #isTrusted = false;

  /**
   * The file was read and understood. Returns what is new.
   *
   * @param cut whether its end may be missing
   */
  takeIn(filed: FiledLicenses, cut = false): Readings {
    if (filed === this.#filed && cut === this.#isCut && this.#isTrusted) return NOTHING;
    const listed = cut ? withoutLess(filed.readings, this.#said) : filed.readings;
    const said = new Map(withAbsences(listed, this.#said, this.#demanded));
    for (const [tenant, reading] of said) {
      if (reading.kind === 'absent') said.set(tenant, this.#absence(tenant, filed, cut));
    }
    this.#isCut = cut;
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
    if (wanted && before === undefined) return this.#say(tenant, doubted(this.#filed.nameless));
    if (!wanted && before?.kind === 'absent') return this.#say(tenant, SILENT);
    return NOTHING;
  }

  /** What follows from it that a tenant is not listed. Whoever was not before either is not in a missing end. */
  #absence(tenant: TenantId, { nameless }: FiledLicenses, cut: boolean): Reading {
    const before = this.#said.get(tenant);
    const wasListed = before !== undefined && before.kind !== 'absent';
    return doubted(nameless ?? (cut && wasListed ? CUT : undefined));
  }

  #say(tenant: TenantId, reading: Reading): Readings {
    if (reading.kind === 'silent') this.#said.delete(tenant);
    else this.#said.set(tenant, reading);
    return new Map([[tenant, reading]]);
  }
}

/** @param doubt why it does not count that somebody is not listed; undefined: it does */
function doubted(doubt: string | undefined): Reading {
  if (doubt === undefined) return ABSENT;
  return {
    kind: 'unreadable',
    problem: `not listed by its id, which does not count while ${doubt}`,
  };
}
