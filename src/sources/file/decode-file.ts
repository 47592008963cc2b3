import { CORE_SCHEMA, YAMLException, load } from 'js-yaml';
import { parsed, unparsed, type Parsed } from '../../core/parsed.ts';
import { entryLines } from './entry-lines.ts';

/** The content of a file. */
export interface Decoded {
  readonly value: unknown;
  /**
   * Where the entry of a collection begins, as it is put behind the entry's name: ` (line 12)`, or
   * nothing where that is not known.
   *
   * @param key the top-level key that the collection stands under; undefined: it is the top level
   */
  readonly where: (key: string | undefined, entry: string | number) => string;
}

/**
 * Decodes YAML, of which JSON is a part. Dates stay text; aliases are refused, for nothing needs them
 * here and a few lines of them can stand for gigabytes.
 *
 * @returns the content, or what is wrong with it and in which line and column
 */
export function decodeYaml(bytes: Buffer): Parsed<Decoded> {
  const text = toText(bytes);
  return text.ok ? loadYaml(text.value) : text;
}

/**
 * Decodes JSON, many times faster than YAML is decoded, and falls back on YAML.
 *
 * @returns as `decodeYaml`; what is wrong with a file that is named `.json` is said in terms of JSON
 */
export function decodeJsonOrYaml(bytes: Buffer, path: string): Parsed<Decoded> {
  const isNamedJson = path.toLowerCase().endsWith('.json');
  const text = toText(bytes);
  if (!text.ok) return text;
  if (!isNamedJson && !/^\s*[[{]/.test(text.value)) return loadYaml(text.value);
  try {
    const value: unknown = JSON.parse(text.value);
    return parsed({ value, where: () => '' });
  } catch (error) {
    return isNamedJson ? unparsed(describeJsonError(error, text.value)) : loadYaml(text.value);
  }
}

function toText(bytes: Buffer): Parsed<string> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trim() === '' ? unparsed('it is empty') : parsed(text);
  } catch {
    return unparsed('it is not UTF-8 text');
  }
}

function loadYaml(text: string): Parsed<Decoded> {
  try {
    const value = load(text, { schema: CORE_SCHEMA, maxAliases: 0 });
    return parsed({ value, where: describeLines(text) });
  } catch (error) {
    return unparsed(describeYamlError(error));
  }
}

/** Lines are counted when one is asked for: hardly ever. */
function describeLines(text: string): Decoded['where'] {
  const counted = new Map<string | undefined, ReadonlyMap<string, number>>();
  return (key, entry) => {
    const lines = counted.get(key) ?? entryLines(text, key);
    counted.set(key, lines);
    const line = lines.get(String(entry));
    return line === undefined ? '' : ` (line ${line})`;
  };
}

function describeYamlError(error: unknown): string {
  if (!(error instanceof YAMLException)) return `it can't be read as YAML: ${String(error)}`;
  const { mark, reason } = error;
  if (mark === undefined) return `it can't be read as YAML: ${reason}`;
  const what = reason.startsWith('aliases exceeded') ? 'aliases are not allowed' : reason;
  return `line ${mark.line + 1}, column ${mark.column + 1}: ${what}`;
}

/** V8 counts characters; people count lines. */
function describeJsonError(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, what, position] = /^(.*) in JSON at position (\d+)/s.exec(message) ?? [];
  if (what === undefined) return `it can't be read as JSON: ${message}`;
  const lines = text.slice(0, Number(position)).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}: ${what}`;
}
