import { isRecord } from '../core/parsed.ts';
import type { Instant } from '../core/time.ts';
import { assessAs } from './assess-as.ts';
import { error, type Assessment, type Complaint, type Source, type Spot } from './assessment.ts';
import { recognizeCarried } from './content-kind.ts';
import { readDocuments } from './documents.ts';
import type { PlacedManifest } from './manifest.ts';

/**
 * Assesses the files of ours that a ConfigMap carries, with places in the file that the ConfigMap is in.
 *
 * @returns undefined where it is no ConfigMap, or carries none
 */
export function assessConfigMap(object: PlacedManifest, now: Instant): Assessment | undefined {
  const { manifest } = object;
  if (manifest.kind !== 'ConfigMap' || !isRecord(manifest.data)) return undefined;
  const parts = Object.entries(manifest.data).flatMap(([key, text]) =>
    typeof text === 'string' ? (assessEntry(key, text, object, now) ?? []) : [],
  );
  if (parts.length === 0) return undefined;
  return {
    complaints: parts.flatMap(({ complaints }) => complaints),
    meanings: parts.flatMap(({ meanings }) => meanings),
    mentions: parts.flatMap(({ mentions }) => mentions),
  };
}

/** What the API server takes, of all values together. */
const MAX_BYTES = 1_048_576;

/** Whatever a ConfigMap carries, the API server refuses it where that is too much. */
export function checkSize(object: PlacedManifest): Complaint[] {
  const { manifest, document, path } = object;
  if (manifest.kind !== 'ConfigMap') return [];
  const bytes = sizeOf(manifest.data, 'utf8') + sizeOf(manifest.binaryData, 'base64');
  if (bytes <= MAX_BYTES) return [];
  const message = `holds ${bytes.toLocaleString('en')} bytes, allowed are ${MAX_BYTES.toLocaleString('en')} (1 MiB): the API server refuses it; serve so many licenses from a license service, or mount a volume`;
  return [error(message, document.placeOf(path), `ConfigMap ${nameOf(object)}`)];
}

function sizeOf(data: unknown, encoding: BufferEncoding): number {
  const values: unknown[] = isRecord(data) ? Object.values(data) : [];
  return values.reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? Buffer.byteLength(value, encoding) : 0),
    0,
  );
}

function assessEntry(
  key: string,
  text: string,
  object: PlacedManifest,
  now: Instant,
): Assessment | undefined {
  const source: Source = { bytes: Buffer.from(text), name: key };
  const reading = readDocuments(source.bytes);
  const contents = reading.ok ? reading.documents.map(({ content }) => content) : undefined;
  const kind = recognizeCarried(key, contents);
  if (kind === undefined || kind === 'scaledobjects') return undefined;
  return carriedBy(object, key, assessAs(kind, source, now));
}

function carriedBy(object: PlacedManifest, key: string, assessment: Assessment): Assessment {
  const name = `ConfigMap ${nameOf(object)}, ${key}`;
  const move = createMove(object, key);
  return {
    complaints: assessment.complaints.map((complaint) => ({
      ...complaint,
      place: move(complaint.place),
      where: complaint.where === '' ? name : `${name}: ${complaint.where}`,
    })),
    meanings: assessment.meanings.map((meaning) => `${name}: ${meaning}`),
    mentions: assessment.mentions.map((mention) => ({ ...mention, place: move(mention.place) })),
  };
}

/** In a literal block lines are as in the text; in a quoted text they are not, so the key must do. */
function createMove({ document, path }: PlacedManifest, key: string) {
  const at = [...path, 'data', key];
  const block = document.placeOfBlock(at);
  const whole = document.placeOf(at);
  return (place: Spot | undefined): Spot | undefined => {
    if (block === undefined || place === undefined) return whole;
    const { line, column } = place;
    return {
      line: block.line + line - 1,
      column: column === undefined ? undefined : block.column + column - 1,
    };
  };
}

function nameOf({ manifest: { metadata } }: PlacedManifest): string {
  const { name, namespace } = isRecord(metadata) ? metadata : {};
  const parts = [namespace, name].filter((part) => typeof part === 'string');
  return parts.join('/');
}
