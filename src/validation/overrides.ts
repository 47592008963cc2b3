import { parseOverride, type Override } from '../core/override.ts';
import { isRecord, quote } from '../core/parsed.ts';
import { parseTenantId } from '../core/tenant.ts';
import { formatInstant, type Instant } from '../core/time.ts';
import { decodeYaml } from '../sources/file/decode-file.ts';
import { decodeOverrides, findEntries } from '../sources/file/decode-overrides.ts';
import {
  countOf,
  error,
  errorOfDecoder,
  refused,
  type Assessment,
  type Complaint,
  type Source,
} from './assessment.ts';
import { createPlaceOf, type PlaceOf } from './documents.ts';
import { everyProblem } from './every-problem.ts';

const KEY = 'overrides';

/** Assesses an overrides file as its source would read it. */
export function assessOverrides({ bytes }: Source, now: Instant): Assessment {
  const decoded = decodeYaml(bytes);
  if (!decoded.ok) return refused(errorOfDecoder(decoded.problem));
  const placeOf = createPlaceOf(bytes);
  // Lines are told by the place, so the words need not name them.
  const find = (value: unknown) => findEntries({ value, where: () => '' });
  const strange = strangeKeysIn(decoded.value.value).map((key) => {
    const wrong = find({ [key]: undefined });
    return error(wrong.ok ? '' : wrong.problem, placeOf([key]));
  });
  const found = find(strange.length > 0 ? onlyEntriesOf(decoded.value.value) : decoded.value.value);
  if (!found.ok) return refused(...strange, error(found.problem, placeOf([KEY])));
  const entries = Object.entries(found.value);
  const complaints = [
    ...strange,
    ...entries.flatMap(([tenant, entry]) => checkEntry(tenant, entry, placeOf, now)),
  ];
  const isGood = complaints.every(({ severity }) => severity !== 'error');
  return {
    complaints: isGood ? [...complaints, ...checkWhole(bytes, placeOf)] : complaints,
    meanings: [describe(entries, now)],
    mentions: entries.map(([tenant]) => ({
      tenant,
      as: 'override',
      place: placeOf([KEY, tenant]),
    })),
  };
}

/** Keys beside the one that is known; they do not keep the entries from being checked. */
function strangeKeysIn(value: unknown): string[] {
  const keys = isRecord(value) ? Object.keys(value) : [];
  return keys.includes(KEY) ? keys.filter((key) => key !== KEY) : [];
}

function onlyEntriesOf(value: unknown): unknown {
  return isRecord(value) ? { [KEY]: value[KEY] } : value;
}

function checkEntry(tenant: string, entry: unknown, placeOf: PlaceOf, now: Instant): Complaint[] {
  const place = placeOf([KEY, tenant]);
  const id = parseTenantId(tenant);
  if (!id.ok) return [error(`as a tenant's id ${id.problem}`, place, quote(tenant))];
  const problems = everyProblem(parseOverride, entry).map(({ key, problem }) =>
    error(problem, placeOf(key === undefined ? [KEY, tenant] : [KEY, tenant, key]), tenant),
  );
  if (/[*?]/.test(tenant)) {
    const message = `is no pattern, for ids are compared letter by letter: name each tenant`;
    problems.push({ severity: 'warning', place, where: quote(tenant), message });
  }
  const override = parseOverride(entry);
  if (!override.ok || !isOver(override.value, now)) return problems;
  const message = `ended ${formatInstant(override.value.until ?? now)} and says nothing any more: take it out, or give a later until`;
  return [
    ...problems,
    { severity: 'note', place: placeOf([KEY, tenant, 'until']), where: tenant, message },
  ];
}

function isOver({ until }: Override, now: Instant): boolean {
  return until !== undefined && until <= now;
}

/** What the source's own decoder says has the last word. */
function checkWhole(bytes: Buffer, placeOf: PlaceOf): Complaint[] {
  const decoded = decodeOverrides(bytes);
  if (!decoded.ok) return [errorOfDecoder(decoded.problem)];
  const { readings, unnamed } = decoded.value;
  const unreadable = [...readings].flatMap(([tenant, reading]) =>
    reading.kind === 'unreadable' ? [error(reading.problem, placeOf([KEY, tenant]), tenant)] : [],
  );
  return [...unnamed.map((problem) => error(problem, undefined)), ...unreadable];
}

function describe(entries: readonly (readonly [string, unknown])[], now: Instant): string {
  const counts = new Map<string, number>();
  for (const [, entry] of entries) {
    const override = parseOverride(entry);
    const word = override.ok ? wordOf(override.value, now) : 'wrong';
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const words = [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
  return `overrides file, ${countOf(entries.length, 'tenant')}${words === '' ? '' : `: ${words}`}`;
}

function wordOf(override: Override, now: Instant): string {
  if (isOver(override, now)) return 'ended';
  if (override.licensed === undefined) return 'about replicas alone';
  return override.licensed ? 'licensed' : 'unlicensed';
}
