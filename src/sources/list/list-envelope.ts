/** The envelope: what stands around the list of licenses in an answer. */
import { isRecord, quote } from '../../core/parsed.ts';
import {
  COLON,
  COMMA,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  endOfValue,
  skipSpace,
} from './json-elements.ts';
import { locate } from './json-position.ts';

const KEYS: readonly string[] = ['tenants', 'licenses'];
const ALLOWED = 'allowed is an array, or an object that holds it as tenants or licenses';

/**
 * Finds the list: the first byte after its opening bracket.
 *
 * @throws SyntaxError where there is none
 */
export function findList(bytes: Buffer): number {
  const at = skipSpace(bytes, byteOrderMark(bytes));
  if (bytes[at] === OPEN_ARRAY) return at + 1;
  if (bytes[at] === OPEN_OBJECT) {
    const list = findMember(bytes, at);
    if (list !== undefined) return list + 1;
  }
  const beginning = bytes.toString('utf8', at, at + 40);
  throw new SyntaxError(`it begins with ${quote(beginning)} and holds no list: ${ALLOWED}`);
}

/** What stands around the list. */
export type Envelope = Readonly<Record<string, unknown>>;

/**
 * Reads the answer without its list, from the bracket that opens it to the one that closes it.
 *
 * @returns the object that holds the list, which is empty in it; nothing where the list stands by itself
 * @throws SyntaxError where it is not well-formed, or holds two lists
 */
export function readEnvelope(bytes: Buffer, open: number, close: number): Envelope {
  const envelope = parseAround(bytes, open, close);
  if (!isRecord(envelope)) return {};
  const lists = KEYS.filter((key) => envelope[key] !== undefined);
  if (lists.length > 1) throw new SyntaxError(`it has both ${lists.join(' and ')}: ${ALLOWED}`);
  return envelope;
}

function parseAround(bytes: Buffer, open: number, close: number): unknown {
  const begin = byteOrderMark(bytes);
  const [before, after] = [bytes.toString('utf8', begin, open), bytes.toString('utf8', close)];
  try {
    return JSON.parse(before + after);
  } catch (error) {
    throw locate(error, bytes, (at) => {
      if (at < before.length) return begin + Buffer.byteLength(before.slice(0, at));
      return close + Buffer.byteLength(after.slice(0, at - before.length));
    });
  }
}

/** The opening bracket of the first member that is a list under one of the names for it. */
function findMember(bytes: Buffer, object: number): number | undefined {
  for (let at = object; at === object || bytes[at] === COMMA;) {
    const name = skipSpace(bytes, at + 1);
    if (bytes[name] !== QUOTE) return undefined;
    const nameEnd = endOfValue(bytes, name);
    const colon = skipSpace(bytes, nameEnd);
    if (bytes[colon] !== COLON) return undefined;
    const value = skipSpace(bytes, colon + 1);
    const isNamed = KEYS.includes(bytes.toString('utf8', name + 1, nameEnd - 1));
    if (isNamed && bytes[value] === OPEN_ARRAY) return value;
    at = skipSpace(bytes, endOfValue(bytes, value));
  }
  return undefined;
}

/** RFC 8259 allows to pass over it, and servers on .NET like to send it. */
function byteOrderMark(bytes: Buffer): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}
