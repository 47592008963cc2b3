import type { Readings } from '../../core/diff.ts';
import type { License } from '../../core/license.ts';
import type { Reading } from '../../core/observation.ts';
import type { Override } from '../../core/override.ts';

type Value = License[keyof License] | Override[keyof Override];

/** Why it does not count that something is missing from a file: goes on after "may be" and "while". */
export const CUT =
  'the end of the file may be missing: it has become shorter and does not end with a line break (add one if it is whole)';

/**
 * What a file says whose end may be missing: its last entry may lack keys, or a part of a value, that it had.
 *
 * @param before what was said before
 */
export function withoutLess(readings: Readings, before: Readings): Readings {
  const [tenant, reading] = [...readings].at(-1) ?? [];
  if (tenant === undefined || reading === undefined || reading.kind === 'unreadable')
    return readings;
  const known = before.get(tenant);
  if (known === undefined || !saysLess(reading, known)) return readings;
  const problem = `it says less than before, which does not count while ${CUT}`;
  return new Map(readings).set(tenant, { kind: 'unreadable', problem });
}

function saysLess(reading: Reading, known: Reading): boolean {
  // Of one that was cut before, what it once said is not known here.
  if (known.kind === 'unreadable') return true;
  const now = fieldsOf(reading);
  return Object.entries(fieldsOf(known)).some(([key, value]) => isPart(now[key], value));
}

function fieldsOf(reading: Reading): Readonly<Record<string, Value>> {
  if (reading.kind === 'license') return { ...reading.license };
  return reading.kind === 'override' ? { ...reading.override } : {};
}

/** Whether a value may be what is left of another: `replicas: 1` of `replicas: 10`. */
function isPart(value: Value, whole: Value): boolean {
  if (whole === undefined) return false;
  if (value === undefined) return true;
  const [part, all] = [String(value), String(whole)];
  return part !== all && all.startsWith(part);
}
