/** Where in an answer something is not JSON, as editors count. */

/** @param at a byte of the answer */
export function lineAndColumn(bytes: Buffer, at: number): string {
  const lines = bytes.toString('utf8', 0, at).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

/**
 * What is wrong with a piece of an answer, and where in the answer.
 *
 * @param error what `JSON.parse` threw at the piece
 * @param byteOf the byte of the answer that a character of the piece is; without one, where it begins
 */
export function locate(
  error: unknown,
  bytes: Buffer,
  byteOf: (character: number) => number,
): SyntaxError {
  const message = error instanceof Error ? error.message : String(error);
  const [, what = message, character = '0'] =
    /^(.*?)(?: in JSON)? at position (\d+)/s.exec(message) ?? [];
  return new SyntaxError(`${lineAndColumn(bytes, byteOf(Number(character)))}: ${what}`);
}

/**
 * Parses a piece of an answer.
 *
 * @throws SyntaxError with its position in the answer
 */
export function parseJsonAt(bytes: Buffer, start: number, end: number): unknown {
  const text = bytes.toString('utf8', start, end);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw locate(error, bytes, (at) => start + Buffer.byteLength(text.slice(0, at)));
  }
}
