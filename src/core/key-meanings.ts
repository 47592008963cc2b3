/** What the keys of somebody else's license record may mean, by their spelling. */

/** Our keys that a license depends on, by their letters alone. */
const OURS = {
  period_end: 'periodend',
  period_start: 'periodstart',
  status: 'status',
  services: 'services',
  replicas: 'replicas',
} as const;

export type Ours = keyof typeof OURS;

/** What a key may be meant as: one of ours, a flag for (or against) a license, or that there is none here. */
export type Meaning = Ours | 'pro' | 'contra' | 'error' | 'success';

/** What may stand beside a word for the beginning, the end or the state of a license. */
export const BESIDE =
  'current|period|billing|licen[cs]ed?|subscription|contract|agreement|entitlement|product|term|plan|' +
  'valid(?:ity)?|active|paid|trial|service|access|tenant|customer|account|is|has|was|the|at|on|in|' +
  'date(?:time)?|time(?:stamp)?|utc|iso|unix|epoch|seconds|millis|ms|ts';
const START =
  'start(?:s|ed|ing)?|beg[ia]n(?:s|ning)?|commenc(?:es?|ed|ement)|effective|notbefore|' +
  '(?:valid|period|active|effective)from|activation(?:at|on|date|time)';
const END =
  'end(?:s|ed|ing)?|expir(?:es?|ed|y|ing|ation)|exp|until|till?|thru|through|notafter|' +
  'terminat(?:es|ed|ion)|lapse[sd]?|cutoff|(?:valid|period|active|paid)to|' +
  '(?:cancel|cancell?ed|cancell?ation|revoked|suspended|deleted|deactivated|disabled|closed)' +
  '(?:at|on|date|time)';
const PRO = 'active|enabled|valid|licensed|entitled|allowed|permitted|access';
const CONTRA =
  'suspended|revoked|banned|expired|cancell?ed|unpaid|inactive|disabled|blocked|deleted|terminated|' +
  'paused|lapsed|ended|deactivated|invalid|locked|frozen|closed|archived';
const OWNER = '(?:licen[cs]e|subscription|contract|account|tenant|customer)';

/** By the letters of a key alone, in lower case. */
const PATTERNS: readonly (readonly [Meaning, RegExp])[] = [
  ['error', /^(?:errors?(?:code|message|msg|text|description|details?)?|fault|exception|failure)$/],
  ['success', /^(?:success|successful|ok|found|exists)$/],
  ['pro', new RegExp(`^(?:is|has)?${OWNER}?(?:is|has)?(?:${PRO})$`)],
  ['contra', new RegExp(`^(?:is|has|was)?${OWNER}?(?:is|has|was)?(?:${CONTRA})$`)],
  ['period_end', new RegExp(`^(?:${BESIDE})*(?:${END})(?:${BESIDE}|${END})*$`)],
  ['period_start', new RegExp(`^(?:${BESIDE})*(?:${START})(?:${BESIDE}|${START})*$`)],
  ['status', new RegExp(`^(?:current)?${OWNER}?(?:current)?(?:state|status)$`)],
  ['replicas', /^(?:replicas?count|num(?:berof)?replicas)$/],
];

/** Records have the same few keys, and there are many of them. */
const known = new Map<string, readonly Meaning[]>();
const MAX_KNOWN = 1000;

/** What a key of a record may be meant as; nothing where it is ours, or nobody's guess. */
export function meaningsOf(key: string): readonly Meaning[] {
  const before = known.get(key);
  if (before !== undefined) return before;
  const meanings = findMeanings(key);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, meanings);
  return meanings;
}

function findMeanings(key: string): readonly Meaning[] {
  if (Object.hasOwn(OURS, key)) return [];
  const letters = lettersOf(key);
  const fitting = PATTERNS.flatMap(([meaning, pattern]) => (pattern.test(letters) ? meaning : []));
  if (fitting.length > 0) return fitting;
  return (Object.keys(OURS) as Ours[]).filter((ours) => areOneSlipApart(letters, OURS[ours]));
}

/** What is left of a key without case and separators. */
export function lettersOf(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Whether two texts are the same but for one letter more, less or other, or two in the wrong order. */
function areOneSlipApart(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return (
    left.length === 2 && left === `${right.slice(1)}${right.slice(0, 1)}` && right.length === 2
  );
}
