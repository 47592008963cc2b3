import { CORE_SCHEMA, loadAll, YAMLException } from 'js-yaml';
import { createPlaces, type Place } from '../config/lines.ts';
import { messageOf } from '../core/operator-error.ts';
import { isRecord } from '../core/parsed.ts';
import { error, type Complaint } from './assessment.ts';
import type { Path } from './finding.ts';

/** One document of a YAML text, or the only one of a JSON text. */
export interface Document {
  /** Dates are text. */
  readonly content: unknown;
  /** Where in the text something is or, where nothing is at the path, what is nearest around it. */
  readonly placeOf: (path: Path) => Place | undefined;
  /** Where the text in a literal block (`|`) begins; undefined: it is written otherwise. */
  readonly placeOfBlock: (path: Path) => Place | undefined;
}

export type Reading =
  /** With what is wrong with other documents of the same text. */
  | {
      readonly ok: true;
      readonly documents: readonly Document[];
      readonly complaints: readonly Complaint[];
    }
  | { readonly ok: false; readonly complaints: readonly Complaint[] };

/** A few aliases in hand-written manifests are usual; thousands are an attack. */
const MAX_ALIASES = 30;

/**
 * Reads YAML of any number of documents, JSON among it. Documents with nothing in them are left out, and one
 * that is wrong does not hide the others.
 *
 * @param allowsTwice whether a key may come twice in an object; then the second counts
 */
export function readDocuments(bytes: Buffer, allowsTwice = false): Reading {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, complaints: [error('is not UTF-8 text', undefined)] };
  }
  const whole = readText(text, allowsTwice);
  const pieces = whole.ok ? [] : splitDocuments(text);
  if (pieces.length < 2) return whole;
  const readings = pieces.map((piece) => readText(piece, allowsTwice));
  const documents = readings.flatMap((reading) => (reading.ok ? reading.documents : []));
  const complaints = readings.flatMap((reading) => reading.complaints);
  return documents.length > 0 ? { ok: true, documents, complaints } : { ok: false, complaints };
}

/** Each document of a text, behind so many empty lines that its places are those in the text. */
function splitDocuments(text: string): string[] {
  const starts = [0, ...[...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index)];
  return starts
    .map((start, at) => {
      const lines = text.slice(0, start).split('\n').length - 1;
      return '\n'.repeat(lines) + text.slice(start, starts[at + 1]);
    })
    .filter((piece) => piece.trim() !== '');
}

function readText(text: string, allowsTwice: boolean): Reading {
  try {
    const options = { schema: CORE_SCHEMA, maxAliases: MAX_ALIASES, json: allowsTwice };
    const contents = loadAll(text, options);
    const places = createPlaces(text);
    const documents = contents.map((content, index) => ({
      content,
      placeOf: (path: Path) => places.of(path, index) ?? firstPlace(content, index, places.of),
      placeOfBlock: (path: Path) => places.ofBlock(path, index),
    }));
    return {
      ok: true,
      documents: documents.filter(({ content }) => content != null),
      complaints: [],
    };
  } catch (thrown) {
    return { ok: false, complaints: [describe(thrown)] };
  }
}

/** The whole of a document stands where the first thing in it does. */
function firstPlace(
  content: unknown,
  index: number,
  placeOf: (path: Path, document: number) => Place | undefined,
): Place | undefined {
  if (Array.isArray(content)) return placeOf([0], index);
  const [first] = isRecord(content) ? Object.keys(content) : [];
  return first === undefined ? undefined : placeOf([first], index);
}

function describe(thrown: unknown): Complaint {
  if (!(thrown instanceof YAMLException)) return error(messageOf(thrown), undefined);
  const { mark, reason } = thrown;
  const place = mark === undefined ? undefined : { line: mark.line + 1, column: mark.column + 1 };
  return error(`is no YAML: ${reason}`, place);
}

/** Fields that are null are left out, as the API server does. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  const given = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(given.map(([key, inner]) => [key, withoutNulls(inner)]));
}

/** Finds what is at a path; undefined where that is not known. */
export type PlaceOf = Document['placeOf'];

/** JSON that was decoded as such is YAML as well, with few exceptions, which have no lines then. */
export function createPlaceOf(bytes: Buffer): PlaceOf {
  const reading = readDocuments(bytes, true);
  const [document] = reading.ok ? reading.documents : [];
  return document?.placeOf ?? (() => undefined);
}
