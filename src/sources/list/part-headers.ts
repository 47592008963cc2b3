import type { IncomingHttpHeaders } from 'node:http';
import { findPartSign } from '../../core/whole-list.ts';

/**
 * Finds a header that says that a list is not whole.
 *
 * @param size how many elements the list has
 * @returns as `findPartSign`
 */
export function findPartHeader(headers: IncomingHttpHeaders, size: number): string | undefined {
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    const sign = SPECIAL[name]?.(text) ?? findInUsual(name, text, size);
    if (sign !== undefined) return sign;
  }
  return undefined;
}

const SPECIAL: Readonly<Record<string, (text: string) => string | undefined>> = {
  link(text) {
    const rel = /;\s*rel\s*=\s*"?[^";,]*\b(next|prev|previous)\b/i.exec(text)?.[1];
    return rel === undefined ? undefined : `header link has rel=${rel.toLowerCase()}`;
  },
  'content-range'(text) {
    const [, first, last, total] = /^\s*(?:\w+\s+)?(\d+)-(\d+)\/(\d+|\*)\s*$/.exec(text) ?? [];
    const isPart = Number(first) > 0 || Number(total) > Number(last) + 1;
    return isPart ? `header content-range is ${text.trim()}` : undefined;
  },
  warning(text) {
    const word = /partial|incomplete|truncated/i.exec(text)?.[0];
    return word === undefined ? undefined : `header warning says ${word.toLowerCase()}`;
  },
};

/** `X-Total-Count`, `X-WP-TotalPages`, and `X-Pagination` with an object in it. */
function findInUsual(name: string, text: string, size: number): string | undefined {
  const [, before = '', bare = name] = /^(x-(?:(?:wp|pagination|paging)-)?)(.+)$/.exec(name) ?? [];
  const value: unknown = text.startsWith('{') ? parseJson(text) : text;
  return findPartSign({ [bare]: value }, size, `header ${before}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
