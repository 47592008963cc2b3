import { readFile } from 'node:fs/promises';
import { loadAll, YAMLException } from 'js-yaml';
import { messageOf } from '../core/operator-error.ts';
import { createLines } from './lines.ts';
import type { Problem } from './problem.ts';

/** A configuration file, read but not yet checked. */
export interface ConfigDocument {
  /** What it holds; undefined where that is nothing. */
  readonly content: unknown;
  /** Where in it a key is: `config.yaml:12`. */
  readonly placeOf: (path: readonly PropertyKey[]) => string;
  /** Why it can't be read; undefined where it can. */
  readonly problem: Problem | undefined;
}

/** Where the settings come from when there is no file. */
export const NO_DOCUMENT: ConfigDocument = {
  content: undefined,
  placeOf: () => 'environment',
  problem: undefined,
};

/** Reads a configuration file: YAML, and so JSON as well. */
export async function readDocument(file: string): Promise<ConfigDocument> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return unreadable(file, `the file can't be read: ${messageOf(error)}`);
  }
  return toDocument(file, text);
}

/** @param file what the text is called where its places are told */
export function toDocument(file: string, text: string): ConfigDocument {
  try {
    return parseDocument(file, text);
  } catch (error) {
    return malformed(file, error);
  }
}

function parseDocument(file: string, text: string): ConfigDocument {
  const documents = loadAll(text);
  if (documents.length > 1)
    return unreadable(file, 'the file holds more than one document, allowed is one');
  const lineOf = createLines(text);
  return {
    content: documents[0],
    placeOf: (path) => {
      const line = lineOf(path);
      return line === undefined ? file : `${file}:${line}`;
    },
    problem: undefined,
  };
}

/** What is quoted by the parser is left out, for it may be a secret; the place says enough. */
function malformed(file: string, error: unknown): ConfigDocument {
  if (!(error instanceof YAMLException)) return unreadable(file, 'the file is no YAML');
  const { reason, mark } = error;
  const place = mark === undefined ? file : `${file}:${mark.line + 1}:${mark.column + 1}`;
  const said = reason.replace(/"[^"]*"|!<[^>]*>|(?<=such characters: ).*/g, '...');
  return unreadable(place, `the file is no YAML: ${said}`);
}

function unreadable(place: string, message: string): ConfigDocument {
  return { content: undefined, placeOf: () => place, problem: { path: '', place, message } };
}
