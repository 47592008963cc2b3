import { diffReadings, type Readings } from '../../core/diff.ts';
import type { Reading } from '../../core/observation.ts';
import type { TenantId } from '../../core/tenant.ts';
import { parsed, unparsed, type Parsed } from '../../core/parsed.ts';
import type { FiledOverrides } from './decode-overrides.ts';
import { CUT, withoutLess } from './cut.ts';

/**
 * What an overrides file says about every tenant that it names or named, and of that, what has not been said
 * yet. While anything in it can't be understood, or its end may be missing, no override is taken back by
 * not being there any more.
 *
 * Holds state, for as long as one subscription to the source lasts.
 */
export class OverridesRoll {
  #said: Readings = new Map();
  /** Whether it was ever known of every entry whose it is. */
  #isUnderstood = false;

  /** The file was read. Returns what is new, or why nothing can be said: anybody may have an override. */
  takeIn({ readings: named, unnamed }: FiledOverrides, cut: boolean): Parsed<Readings> {
    if (unnamed.length > 0 && !this.#isUnderstood) return unparsed(unnamed.join('; '));
    this.#isUnderstood = true;
    const readings = cut ? withoutLess(named, this.#said) : named;
    const doubt = unnamed[0] ?? problemIn(named) ?? (cut ? CUT : undefined);
    const said = doubt === undefined ? readings : withDoubted(readings, this.#said, doubt);
    const changes = diffReadings(this.#said, said);
    this.#said = said;
    return parsed(changes);
  }
}

function problemIn(readings: Readings): string | undefined {
  for (const reading of readings.values()) {
    if (reading.kind === 'unreadable') return reading.problem;
  }
  return undefined;
}

function withDoubted(readings: Readings, before: Readings, doubt: string): Readings {
  const complete = new Map<TenantId, Reading>(readings);
  for (const tenant of before.keys()) {
    if (readings.has(tenant)) continue;
    const problem = `its entry is not there any more, which does not count while ${doubt}`;
    complete.set(tenant, { kind: 'unreadable', problem });
  }
  return complete;
}
