/**
 * Finds the elements of a JSON array without parsing them, so that each can be parsed, or passed over,
 * by itself. It finds where values end and no more: whether they are well-formed is for JSON.parse.
 */
import { lineAndColumn } from './json-position.ts';

export const OPEN_ARRAY = 0x5b;
export const OPEN_OBJECT = 0x7b;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const QUOTE = 0x22;
const CLOSE_ARRAY = 0x5d;
const CLOSE_OBJECT = 0x7d;
const BACKSLASH = 0x5c;

/** A stretch of somebody's bytes: from `start` up to, and without, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Walks through the elements of an array; `start` and `end` are those of the element that it is at. */
export class JsonElements implements Span {
  readonly #bytes: Buffer;
  #isFirst = true;
  start: number;
  end: number;
  /** Whether the element is the one that was expected. */
  isExpected = false;

  /** @param from the first byte after the array's opening bracket */
  constructor(bytes: Buffer, from: number) {
    this.#bytes = bytes;
    this.start = from;
    this.end = from;
  }

  /**
   * Goes to the next element.
   *
   * @param expected an element of `source` that may well stand here: where its bytes do, they are not
   * looked at one by one, which makes an answer that is almost the last one cheap to walk through
   * @returns false after the last one: then `start` is at the closing bracket
   * @throws SyntaxError where there is neither an element nor the end
   */
  next(expected?: Span, source?: Buffer): boolean {
    const at = this.#goOn();
    if (at === undefined) return false;
    this.start = at;
    this.isExpected =
      expected !== undefined && source !== undefined && this.#begins(source, expected);
    this.end =
      this.isExpected && expected !== undefined
        ? at + expected.end - expected.start
        : endOfValue(this.#bytes, at);
    return true;
  }

  #goOn(): number | undefined {
    const at = skipSpace(this.#bytes, this.end);
    if (this.#bytes[at] !== CLOSE_ARRAY) {
      if (!this.#isFirst && this.#bytes[at] !== COMMA) {
        throw new SyntaxError(`${lineAndColumn(this.#bytes, at)}: expected , or ]`);
      }
      const start = this.#isFirst ? at : skipSpace(this.#bytes, at + 1);
      this.#isFirst = false;
      return start;
    }
    this.start = at;
    this.end = at;
    return undefined;
  }

  /** Only of an object: nothing that follows it can be a part of it, whereas 1 is also how 12 begins. */
  #begins(source: Buffer, { start, end }: Span): boolean {
    const upTo = this.start + end - start;
    return (
      source[start] === OPEN_OBJECT &&
      upTo <= this.#bytes.length &&
      source.compare(this.#bytes, this.start, upTo, start, end) === 0
    );
  }
}

/** The first byte from `at` on that is no white space. */
export function skipSpace(bytes: Buffer, at: number): number {
  let end = at;
  while (isSpace(bytes[end])) end++;
  return end;
}

/**
 * Where the value that begins at `at` ends; at once where none does.
 *
 * @throws SyntaxError where the bytes end before it does
 */
export function endOfValue(bytes: Buffer, at: number): number {
  switch (bytes[at]) {
    case QUOTE:
      return endOfString(bytes, at);
    case OPEN_ARRAY:
    case OPEN_OBJECT:
      return endOfNested(bytes, at);
    default:
      return endOfScalar(bytes, at);
  }
}

function endOfNested(bytes: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfString(bytes, at) - 1;
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        depth++;
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        if (--depth === 0) return at + 1;
        break;
      default:
    }
  }
  throw new SyntaxError('it ends in the middle');
}

function endOfString(bytes: Buffer, from: number): number {
  for (let at = from + 1; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) return at + 1;
    if (bytes[at] === BACKSLASH) at++;
  }
  throw new SyntaxError('it ends in the middle');
}

function endOfScalar(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && !isSpace(bytes[at]) && !isDelimiter(bytes[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDelimiter(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT;
}
