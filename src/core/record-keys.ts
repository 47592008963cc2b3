/** Keys of a license record that are close to one of ours, or mean the same, and that nobody would read. */
import { BESIDE, lettersOf, meaningsOf, type Meaning, type Ours } from './key-meanings.ts';
import { isRecord, quote } from './parsed.ts';

/** What is wrong with one key of a record. */
export interface KeyProblem {
  readonly key: string;
  /** To be read after the key. */
  readonly problem: string;
}

/** Objects that may hold what ought to stand in the record itself. */
const WRAPPER = new RegExp(`^(?:${BESIDE}|attributes|dates?|details?|properties|data|spec)+$`);

/**
 * Finds keys by which a record says something that is not read: one that means the same as a key of
 * ours that is missing, and one that says that the record is none.
 *
 * @param ignored keys that mean something else
 * @param problems to which they are added
 * @param beside where these keys stand, if not in the record itself
 */
export function findUnreadKeys(
  record: Readonly<Record<string, unknown>>,
  ignored: readonly string[],
  problems: KeyProblem[],
  beside = record,
): void {
  for (const key of Object.keys(beside)) {
    if (beside[key] === null || ignored.includes(key)) continue;
    const problem = judge(key, beside[key], record);
    if (problem !== undefined) problems.push({ key, problem });
  }
}

/** Finds a key that says that the request failed, beside the record. */
export function findError(answer: Readonly<Record<string, unknown>>): KeyProblem | undefined {
  const isError = (meaning: Meaning): boolean => meaning === 'error' || meaning === 'success';
  for (const [key, value] of Object.entries(answer)) {
    const meaning = meaningsOf(key).find(isError);
    if (meaning !== undefined && SAYS[meaning](value)) {
      return { key, problem: `is ${quote(value)}, so that this is no license` };
    }
  }
  return undefined;
}

function judge(
  key: string,
  value: unknown,
  record: Readonly<Record<string, unknown>>,
): string | undefined {
  for (const meaning of meaningsOf(key)) {
    if (!SAYS[meaning](value)) continue;
    if (meaning === 'error' || meaning === 'success') {
      return `is ${quote(value)}, so that this is no license`;
    }
    const ours = meaning === 'pro' || meaning === 'contra' ? 'status' : meaning;
    if (isMissing(ours, record)) return `is ${quote(value)}, ${advise(ours)}`;
  }
  if (!isRecord(value) || !WRAPPER.test(lettersOf(key)) || !isMissing('period_end', record)) {
    return undefined;
  }
  const inner = Object.keys(value).find((name) => saysEnd(name, value[name]));
  return inner === undefined ? undefined : `holds ${quote(inner)}, ${advise('period_end')}`;
}

function advise(ours: Ours): string {
  return (
    `and the record has no ${ours}, which alone is read: if it means something else, ` +
    'name it in licenseService.ignoreKeys'
  );
}

function isMissing(key: Ours, record: Readonly<Record<string, unknown>>): boolean {
  return record[key] === undefined || record[key] === null;
}

function saysEnd(name: string, value: unknown): boolean {
  const isEnd = name === 'period_end' || meaningsOf(name).includes('period_end');
  return isEnd && value !== null && SAYS.period_end(value);
}

/** Whether a value says something, where the key has the meaning. */
const SAYS: Readonly<Record<Meaning, (value: unknown) => boolean>> = {
  error: (value) => isTrue(value) || !isFalse(value),
  success: isFalse,
  pro: isFalse,
  contra: isTrue,
  period_end: (value) => value !== false && !Array.isArray(value),
  period_start: (value) => typeof value !== 'boolean' && !Array.isArray(value),
  status: (value) => typeof value === 'string' && value !== '',
  services: (value) => typeof value === 'string' || Array.isArray(value),
  replicas: (value) => typeof value === 'number' || typeof value === 'string',
};

function isTrue(value: unknown): boolean {
  return (
    value === true || value === 1 || (typeof value === 'string' && /^(true|yes|1)$/i.test(value))
  );
}

/** False, in one of the ways to say it, or nothing at all. */
function isFalse(value: unknown): boolean {
  if (typeof value === 'object') return value === null || Object.keys(value).length === 0;
  if (typeof value === 'string') return /^(false|no|0|)$/i.test(value);
  return value === false || value === 0;
}
