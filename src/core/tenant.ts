import { findInvisible } from './invisible.ts';
import { quote, unparsed, parsed, type Parsed } from './parsed.ts';

/** A customer's id: unless a trigger says otherwise, the namespace that its ScaledObject lives in. */
export type TenantId = string;

const MAX_LENGTH = 253;

/**
 * Checks a tenant id that came from outside.
 *
 * Any text of 1 to 253 characters is taken whose characters can all be seen; blanks may stand between
 * them. `.` and `..` are not: as a segment of a URL's path they mean another path, encoded or not.
 */
export function parseTenantId(value: unknown): Parsed<TenantId> {
  if (typeof value !== 'string') return unparsed(`is ${quote(value)}, allowed is a string`);
  if (value === '') return unparsed('is empty, allowed are 1 to 253 characters');
  if (value.length > MAX_LENGTH) {
    return unparsed(`has ${value.length} characters, allowed are 1 to ${MAX_LENGTH}`);
  }
  const invisible = findInvisible(value);
  if (invisible !== undefined) {
    const allowed = 'allowed are characters that can be seen';
    return unparsed(`is ${quote(value)}, with ${invisible}, ${allowed}`);
  }
  if (value.trim() !== value) {
    return unparsed(`is ${quote(value)}, allowed is an id without blanks (U+0020) around it`);
  }
  if (value === '.' || value === '..') return unparsed(`is ${quote(value)}, which is no name`);
  return parsed(value);
}
