import type { Status } from '../core/standing.ts';
import { parsed, quote, unparsed, type Parsed } from '../core/parsed.ts';

/** A standing; or `held`, which comes on top of any of them. */
type Kind = Status | 'held';

/** Which tenants are asked for. */
export interface TenantsQuery {
  readonly standing: Kind | undefined;
  /** A part of the id, in capitals or not; empty: any. */
  readonly q: string;
  /** From 1. */
  readonly page: number;
  readonly size: number;
}

/** What `standing=` may be. */
export const KINDS: readonly Kind[] = ['licensed', 'unlicensed', 'unknown', 'held'];
const MAX_SIZE = 1_000;
const MAX_PAGE = 1_000_000;

/** Reads `?standing=&q=&page=&size=`; what is empty is as if it were not given. */
export function parseTenantsQuery(query: URLSearchParams): Parsed<TenantsQuery> {
  const given = query.get('standing') ?? '';
  const standing = KINDS.find((one) => one === given);
  if (given !== '' && standing === undefined) {
    return unparsed(`standing is ${quote(given)}, allowed are ${KINDS.join(', ')}`);
  }
  const page = parseCount(query, 'page', 1, MAX_PAGE);
  if (!page.ok) return page;
  const size = parseCount(query, 'size', 100, MAX_SIZE);
  if (!size.ok) return size;
  return parsed({ standing, q: query.get('q') ?? '', page: page.value, size: size.value });
}

function parseCount(
  query: URLSearchParams,
  name: string,
  fallback: number,
  max: number,
): Parsed<number> {
  const given = query.get(name) ?? '';
  if (given === '') return parsed(fallback);
  const count = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (count >= 1 && count <= max) return parsed(count);
  return unparsed(`${name} is ${quote(given)}, allowed is a whole number from 1 to ${max}`);
}
