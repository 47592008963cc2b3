import { parsed, unparsed, type Parsed } from '../../core/parsed.ts';
import { createLineOf } from './line-of.ts';
import { parseYamlNodes, type YamlEntry, type YamlNode } from './yaml-node.ts';
import { describeYamlError } from './yaml-problem.ts';

/** The content of a file. */
export interface Decoded {
  readonly value: unknown;
  /** The same as it was written; undefined: it was decoded as JSON. */
  readonly root: YamlNode | undefined;
  /**
   * Where the entry of a collection begins, as it is put behind the entry's name: ` (line 12)`, or
   * nothing where that is not known.
   *
   * @param key the top-level key that the collection stands under; undefined: it is the top level
   */
  readonly where: (key: string | undefined, entry: string | number) => string;
}

/** The content of a file in YAML. */
export interface DecodedYaml extends Decoded {
  readonly root: YamlNode;
  /** The line that something begins in, counted from 1. */
  readonly lineOf: (node: YamlNode) => number;
}

/**
 * Decodes YAML, of which JSON is a part. The keys of objects are texts, whatever they look like, and dates
 * stay text.
 *
 * @param ifEmpty what is to be done where there is nothing in it
 * @returns the content, or what is wrong with it and in which line and column
 */
export function decodeYaml(bytes: Buffer, ifEmpty = ''): Parsed<DecodedYaml> {
  const text = toText(bytes, ifEmpty);
  return text.ok ? loadYaml(text.value, ifEmpty) : text;
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
    return parsed({ value, root: undefined, where: () => '' });
  } catch (error) {
    return isNamedJson ? unparsed(describeJsonError(error, text.value)) : loadYaml(text.value);
  }
}

/** An item of a list, which is the top level itself or stands under a key of it. */
export function findItem(
  root: YamlNode | undefined,
  key: string | undefined,
  index: number,
): YamlNode | undefined {
  return (key === undefined ? root : findEntry(root, key)?.value)?.items[index];
}

/** The first entry of an object by its key. */
export function findEntry(object: YamlNode | undefined, name: string): YamlEntry | undefined {
  return object?.entries.find(({ key }) => key.text === name);
}

function toText(bytes: Buffer, ifEmpty = ''): Parsed<string> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trim() === '' ? unparsed(`it is empty${ifEmpty}`) : parsed(text);
  } catch {
    return unparsed('it is not UTF-8 text');
  }
}

function loadYaml(text: string, ifEmpty = ''): Parsed<DecodedYaml> {
  try {
    const [root, ...more] = parseYamlNodes(text);
    if (root === undefined) return unparsed(`it holds nothing but comments${ifEmpty}`);
    if (more.length > 0) return unparsed('it holds more than one document, allowed is one');
    // Whatever is listed twice at the top, it can't be known which of the two is meant.
    if (root.flaw !== undefined) return unparsed(root.flaw);
    const lineOfOffset = createLineOf(text);
    const lineOf = ({ offset }: YamlNode): number => lineOfOffset(offset);
    return parsed({ value: root.value, root, lineOf, where: describeLines(root, lineOf) });
  } catch (error) {
    return unparsed(describeYamlError(error));
  }
}

function describeLines(root: YamlNode, lineOf: DecodedYaml['lineOf']): Decoded['where'] {
  return (key, entry) => {
    const node =
      typeof entry === 'number'
        ? findItem(root, key, entry)
        : findEntry(key === undefined ? root : findEntry(root, key)?.value, entry)?.key;
    return node === undefined ? '' : ` (line ${lineOf(node)})`;
  };
}

/** V8 counts characters; people count lines. */
function describeJsonError(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, what, position] = /^(.*) in JSON at position (\d+)/s.exec(message) ?? [];
  if (what === undefined) return `it can't be read as JSON: ${message}`;
  const lines = text.slice(0, Number(position)).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}: ${what}`;
}
