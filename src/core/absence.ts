/**
 * Absence: when a source that does not know a tenant is believed.
 *
 * A 404 also comes from whoever stands in front of a license service that is gone, and a part of a list may
 * be taken for all of it. So a tenant that was licensed is not unlicensed by one answer: unless the absence
 * is proven, it must be confirmed, while the source still knows most of the others.
 */
import type { Fact, SourceInfo } from './observation.ts';
import { rule } from './rules/index.ts';
import { paceOf, type Missing, type SourceState, type Word } from './source-state.ts';
import { formatInstant, formatMillis, type Instant } from './time.ts';

/** Answers that it takes to confirm an absence, however long they are apart. */
const ANSWERS = 3;

type Absent = Extract<Fact, { readonly kind: 'absent' }>;

/**
 * The word after a source did not know the tenant.
 *
 * @param wasLicensed whether any source of licenses has one for the tenant that is valid
 */
export function hearAbsence(
  before: Word | undefined,
  fact: Absent,
  at: Instant,
  source: SourceState,
  wasLicensed: boolean,
): Word {
  const absent: Word = { fact, at, epoch: source.epoch, trouble: undefined };
  const { confirmAbsenceFor } = source.info;
  if (fact.proven || confirmAbsenceFor === undefined) return absent;
  if (!contradicts(before, wasLicensed)) {
    return { ...absent, absentSince: sinceWhenUnproven(before, at, source) };
  }
  const missing = missingAfter(before?.missing, at, source);
  if (isConfirmed(missing, source, confirmAbsenceFor)) return absent;
  return { ...absent, ...before, fact: before?.fact ?? fact, trouble: undefined, missing };
}

/**
 * Somebody in front of the source may have said it. So it counts if it is said by a reading that began after
 * the source has given a license to anybody, and that after it was said for the first time.
 */
function sinceWhenUnproven(
  before: Word | undefined,
  at: Instant,
  { epoch, vouchedAt = -Infinity }: SourceState,
): Instant | undefined {
  const isSaidAgain = before?.fact?.kind === 'absent' && before.epoch === epoch;
  const since = isSaidAgain ? before.absentSince : at;
  return since !== undefined && since <= vouchedAt && vouchedAt <= at ? undefined : since;
}

/** Whether a tenant that was licensed would lose its license by it. */
function contradicts(before: Word | undefined, wasLicensed: boolean): boolean {
  if (before?.missing !== undefined) return true;
  return before?.fact?.kind !== 'absent' && wasLicensed;
}

/** Whether a word is a license that is valid at the instant. An override is none: no source of licenses gave it. */
export function isLicensing(word: Word | undefined, at: Instant): boolean {
  return word?.fact?.kind === 'license' && rule(word.fact, at)?.licensed === true;
}

function missingAfter(before: Missing | undefined, at: Instant, source: SourceState): Missing {
  // The slices of one answer are one answer.
  if (before !== undefined && at <= before.lastAt) return before;
  // What is said while most are missing is no answer, so the first that counts comes after it.
  if (before === undefined || source.trouble?.isMassAbsence === true) {
    return { since: at, answers: 1, lastAt: at, lasted: 0 };
  }
  const { since, answers, lastAt, lasted } = before;
  const step = Math.min(at - lastAt, paceOf(source));
  return { since, answers: answers + 1, lastAt: at, lasted: lasted + step };
}

function isConfirmed(missing: Missing, source: SourceState, confirmFor: number): boolean {
  const othersAreAnswered = (source.vouchedAt ?? -Infinity) > missing.since;
  return missing.answers >= ANSWERS && missing.lasted >= confirmFor && othersAreAnswered;
}

/** What an operator is to know of a tenant that is missing, to be read after the name of the source. */
export function describeMissing({ since, answers }: Missing, info: SourceInfo): string {
  const confirmFor = formatMillis(info.confirmAbsenceFor ?? 0);
  return (
    `no longer knows it, in ${answers} ${answers === 1 ? 'answer' : 'answers'} since ${formatInstant(since)}; ` +
    `that counts once it is confirmed for ${confirmFor} while other tenants are still answered, or is proven`
  );
}

/**
 * The source, in trouble if most of the tenants that it has licensed are missing together: that is its own
 * trouble, not theirs.
 *
 * @param licensed how many tenants are licensed by it, those that are missing included
 */
export function withMassAbsence(source: SourceState, licensed: number, at: Instant): SourceState {
  const { missing, trouble } = source;
  const isMass = missing > 1 && missing * 2 > licensed;
  if (!isMass) return trouble?.isMassAbsence === true ? { ...source, trouble: undefined } : source;
  if (trouble !== undefined) return source;
  const reason = `it no longer knows ${missing} of ${Math.max(licensed, missing)} licensed tenants, all at once and without proof`;
  return { ...source, trouble: { since: at, reason, opaque: false, isMassAbsence: true } };
}
