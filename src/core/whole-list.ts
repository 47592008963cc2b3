/** Whether a list is all there is, by what stands around it: lists come in pages, and pages look like lists. */
import { isRecord, quote } from './parsed.ts';

type Envelope = Readonly<Record<string, unknown>>;

/** Whether a value, beside a list of so many elements, says that the list is a part. */
type IsSign = (value: unknown, size: number) => boolean;

const THINGS =
  '(?:results?|items?|elements?|records?|rows?|hits|entries|objects?|tenants?|licen[cs]es?)';
const POINTER = '(?:token|url|uri|href|link|number|cursor|offset|key|marker|id|start|index|batch)';

/** By the letters of a key alone, in lower case: nextPageToken, next_page_token and X-Next-Page-Token. */
const SIGNS: readonly (readonly [RegExp, IsSign])[] = [
  // There is another page.
  [new RegExp(`^(?:odata)?(?:next|prev|previous)(?:page|${THINGS})?${POINTER}?$`), isSet],
  [
    new RegExp(`^(?:has|is)?(?:more|next|prev|previous)(?:pages?|${THINGS}|data|available)?$`),
    isSet,
  ],
  [new RegExp(`^(?:is)?(?:truncated|partial|incomplete|timedout)(?:${THINGS}|list|data)?$`), isSet],
  [
    /^(?:is)?(?:completed?|whole|done|finished|final|end|eof|last|lastpage|first|firstpage)$/,
    isDenied,
  ],
  // DynamoDB, OAI-PMH, SCIM and Azure say from where to go on.
  [/^(?:lastevaluatedkey|resumptiontoken|nextstartindex|mscontinuation)$/, isSet],
  // Something went wrong.
  [/^(?:errors?(?:code|message|msg|text|description|details?)?|fault|exception|failures?)$/, isSet],
  [/^(?:success|successful|ok)$/, isDenied],
  [new RegExp(`^(?:failed|missing|omitted|skipped)(?:${THINGS})?$`), isSet],
  [/^(?:status|result|state|code)$/, isBadStatus],
  // There are more of them, or more pages, or some before these.
  [/^(?:count|total|totalsize|fullcount|numfound|odatacount|nbhits|grandtotal)$/, isMore],
  [new RegExp(`^(?:hydra)?(?:total|full|num|numberof)(?:count|${THINGS})(?:count)?$`), isMore],
  [new RegExp(`^${THINGS}(?:total|count)$`), isMore],
  [new RegExp(`^remaining${THINGS}(?:count)?$`), isAbove(0)],
  [
    /^(?:(?:total|num|numberof|nb)?pages|(?:total)?page(?:count|total)|lastpage|maxpage)$/,
    isAbove(1),
  ],
  [/^(?:page|currentpage|pagenumber|pageno|pagenum|startindex)$/, isAbove(1)],
  [/^(?:offset|skip|skipped|pageoffset)$/, isAbove(0)],
];

/** Where to go on, unless the same object says that there is nothing there. */
const POSITION =
  /^(?:cursor|endcursor|after|continue|continuation|continuationtoken|scrollid|pagetoken)$/;
const END = /^(?:has)?(?:more|next)(?:page|pages|results|items|cursor|url)?$/;

/** Objects beside a list that tell about it. */
const TELLING =
  /^(?:(?:list|response|result)?meta(?:data|info)?|pagination|paging|pager|paginationinfo|pagingmetadata|pageinfo|pages?|paginator|counts|stats|hydraview|links?|cursors?|resultinfo|resultset|summary|info|hits)$/;

/** Deep enough for `paging: {cursors: {next}}` and `response: {_links: {next: {href}}}`. */
const DEPTH = 3;

/**
 * Finds a sign that a list is not whole.
 *
 * @param envelope what stands around the list, in a body or in headers
 * @param size how many elements the list has
 * @param prefix put before every key
 * @returns the sign, to be read after "is not the whole list: "; undefined: there is none
 */
export function findPartSign(envelope: Envelope, size: number, prefix = ''): string | undefined {
  return findIn(envelope, size, prefix, DEPTH);
}

function findIn(envelope: Envelope, size: number, path: string, depth: number): string | undefined {
  const members = Object.entries(envelope).map(([key, value]) => ({
    name: path + key,
    letters: key.toLowerCase().replace(/[^a-z0-9]/g, ''),
    value,
  }));
  const isEnd = members.some(({ letters, value }) => END.test(letters) && !isSet(value));
  for (const { name, letters, value } of members) {
    const sign = SIGNS.find(([pattern, says]) => pattern.test(letters) && says(value, size));
    if (sign?.[1] === isMore) return `${describe(name, value)}, and ${size} are here`;
    if (sign !== undefined || (!isEnd && POSITION.test(letters) && isPosition(value))) {
      return describe(name, value);
    }
    if (depth === 0 || !TELLING.test(letters)) continue;
    const inner = findBelow(value, size, `${name}.`, depth - 1);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** In an object, or in a list of links: `[{rel: next, href}]`. */
function findBelow(value: unknown, size: number, path: string, depth: number): string | undefined {
  if (isRecord(value)) return findIn(value, size, path, depth);
  const links: readonly unknown[] = Array.isArray(value) ? value : [];
  const rels = links.map((link) => (isRecord(link) ? link['rel'] : undefined));
  const rel = rels.find((each) => /^(?:next|prev|previous)$/.test(String(each)));
  return rel === undefined ? undefined : `${path}rel is ${quote(rel)}`;
}

/** A link or a token is not quoted: it may open a door. */
function describe(name: string, value: unknown): string {
  return `${name} is ${typeof value === 'boolean' ? value : (countOf(value) ?? 'given')}`;
}

/** Whether there is something, in whatever form: not null, not `false`, not an object of nothing. */
function isSet(value: unknown): boolean {
  if (typeof value === 'string') return !/^(?:false|no|0|null|none|)$/i.test(value.trim());
  if (typeof value !== 'object' || value === null) return Boolean(value);
  return Array.isArray(value) ? value.length > 0 : Object.values(value).some(isSet);
}

function isDenied(value: unknown): boolean {
  return value === false || (typeof value === 'string' && /^(?:false|no)$/i.test(value));
}

function isPosition(value: unknown): boolean {
  return typeof value !== 'object' && isSet(value);
}

function isBadStatus(value: unknown): boolean {
  const code = countOf(value);
  if (code !== undefined) return code === 206 || code >= 300;
  return typeof value === 'string' && /^(?:error|fail|partial|incomplete|truncated)/i.test(value);
}

function isMore(value: unknown, size: number): boolean {
  return (countOf(value) ?? 0) > size;
}

function isAbove(limit: number): IsSign {
  return (value) => (countOf(value) ?? 0) > limit;
}

/** A number, as it is or as a text, or as Elasticsearch has it: `{value, relation}`. */
function countOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^\d+$/.test(value.trim())) return Number(value);
  return isRecord(value) && typeof value['value'] === 'number' ? value['value'] : undefined;
}
