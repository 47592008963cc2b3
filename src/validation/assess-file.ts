import type { Instant } from '../core/time.ts';
import { decodeYaml } from '../sources/file/decode-file.ts';
import { assessAs } from './assess-as.ts';
import { error, refused, type Assessment, type Source } from './assessment.ts';
import { DESCRIPTIONS, recognize, type ContentKind } from './content-kind.ts';
import { readDocuments } from './documents.ts';
import { assessManifests } from './manifests.ts';
import { looksLikeOurs } from './scaled-object/check-scaled-object.ts';
import { isExternalTrigger } from './scaled-object/scaled-object.ts';

/**
 * Assesses a file: says all that is wrong with it, and what it means.
 *
 * @param as what it is; undefined: it is recognized by its content. Said to be manifests, all of its
 * external triggers are taken for ours
 */
export function assessFile(source: Source, as: ContentKind | undefined, now: Instant): Assessment {
  if (as !== undefined && as !== 'scaledobjects') return assessAs(as, source, now);
  const reading = readDocuments(source.bytes);
  if (!reading.ok) return assessOwn(source, as, now) ?? refused(...reading.complaints);
  const { documents, complaints } = reading;
  const kind = as ?? recognize(documents.map(({ content }) => content));
  if (kind === undefined) return refused(error(unrecognized(documents.length), undefined));
  if (kind === 'scaledobjects') {
    const isLicense = as === undefined ? looksLikeOurs : isExternalTrigger;
    const assessed = assessManifests(documents, isLicense, now);
    return { ...assessed, complaints: [...complaints, ...assessed.complaints] };
  }
  return assessAs(kind, source, now);
}

/**
 * Our own files may hold what no manifest may: a key that comes twice, which is one entry's trouble, and keys
 * that are the same number but not the same text.
 */
function assessOwn(
  source: Source,
  as: ContentKind | undefined,
  now: Instant,
): Assessment | undefined {
  const decoded = decodeYaml(source.bytes);
  const kind = decoded.ok && as === undefined ? recognize([decoded.value.value]) : undefined;
  return kind === 'licenses' || kind === 'overrides' ? assessAs(kind, source, now) : undefined;
}

function unrecognized(documents: number): string {
  const found = documents === 0 ? 'there is nothing in it' : 'it can not be told what it is';
  return `${found}, allowed are ${Object.values(DESCRIPTIONS).join('; ')}: --as says which it is meant to be`;
}
