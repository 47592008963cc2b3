import { nearest } from '../config/nearest.ts';
import { appearanceOf } from '../core/look-alike.ts';
import { quote } from '../core/parsed.ts';
import type { Instant } from '../core/time.ts';
import { assessFile } from './assess-file.ts';
import { refused, error, type Assessment, type Complaint, type Mention } from './assessment.ts';
import type { ContentKind } from './content-kind.ts';

/** A file that is to be validated. */
export interface GivenFile {
  /** What it is called in complaints. */
  readonly name: string;
  /** Its bytes, or why it can't be read. */
  readonly bytes: Buffer | string;
}

/** A file that was validated. */
export interface ValidatedFile extends Pick<Assessment, 'meanings'> {
  readonly name: string;
  /** In the order of the file. */
  readonly complaints: readonly Complaint[];
}

/** Validates files by themselves and beside each other. */
export function validateFiles(
  files: readonly GivenFile[],
  as: ContentKind | undefined,
  now: Instant,
): ValidatedFile[] {
  const assessed = files.map(({ name, bytes }) => ({
    name,
    ...(typeof bytes === 'string'
      ? refused(error(bytes, undefined))
      : assessFile({ bytes, name }, as, now)),
  }));
  const mentions = assessed.flatMap(({ name: file, mentions: of }) =>
    of.map((mention) => ({ ...mention, file })),
  );
  return assessed.map(({ name, complaints, meanings }) => {
    const isHere = ({ file }: FiledMention): boolean => file === name;
    const notes = [
      ...noteTwice(mentions, isHere),
      ...noteNowhere(mentions, isHere),
      ...noteAlike(mentions, isHere),
    ];
    return { name, meanings, complaints: inOrder([...complaints, ...notes]) };
  });
}

interface FiledMention extends Mention {
  readonly file: string;
}

type IsHere = (mention: FiledMention) => boolean;

/** license-scaler reads one license file and one overrides file: of two, one has no say. */
function noteTwice(mentions: readonly FiledMention[], isHere: IsHere): Complaint[] {
  const firsts = new Map<string, FiledMention>();
  for (const mention of mentions) {
    const key = `${mention.as} ${mention.tenant}`;
    if (!firsts.has(key)) firsts.set(key, mention);
  }
  return mentions.filter(isHere).flatMap(({ tenant, as, file, place }) => {
    const first = firsts.get(`${as} ${tenant}`);
    if (as === 'scaled-object' || first === undefined || first.file === file) return [];
    const line = first.place === undefined ? '' : `:${first.place.line}`;
    const message = `has a${as === 'license' ? ' license' : 'n override'} in ${first.file}${line} too: license-scaler reads one such file`;
    return [{ severity: 'note', place, where: tenant, message }];
  });
}

/** An override for a tenant that nothing else names may be a slip of the pen. */
function noteNowhere(mentions: readonly FiledMention[], isHere: IsHere): Complaint[] {
  const others = mentions.filter(({ as }) => as !== 'override').map(({ tenant }) => tenant);
  const known = new Set(others);
  if (known.size === 0) return [];
  return mentions.filter(isHere).flatMap(({ tenant, as, place }) => {
    if (as !== 'override' || known.has(tenant)) return [];
    const alike = nearest(tenant, others);
    const advice = alike === undefined ? '' : `, the nearest there is ${quote(alike)}`;
    const message = `is in no license and no ScaledObject of these files${advice}`;
    return [{ severity: 'note', place, where: tenant, message }];
  });
}

/** Two ids that look the same are two tenants, or a slip. An override's is told by `noteNowhere`. */
function noteAlike(mentions: readonly FiledMention[], isHere: IsHere): Complaint[] {
  const firsts = new Map<string, FiledMention>();
  for (const mention of mentions) {
    const appearance = appearanceOf(mention.tenant);
    if (!firsts.has(appearance)) firsts.set(appearance, mention);
  }
  return mentions.filter(isHere).flatMap(({ tenant, as, place }) => {
    const first = firsts.get(appearanceOf(tenant));
    if (as === 'override' || first === undefined || first.tenant === tenant) return [];
    const line = first.place === undefined ? '' : `:${first.place.line}`;
    const message = `looks like ${quote(first.tenant)} in ${first.file}${line}, but is another tenant: ids are compared character by character`;
    return [{ severity: 'note', place, where: tenant, message }];
  });
}

function inOrder(complaints: readonly Complaint[]): Complaint[] {
  return complaints.toSorted(
    (a, b) =>
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0),
  );
}
