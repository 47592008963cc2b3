/** An operator's word about one tenant, which outranks every license, if wanted until a given time. */
import { parseEnd } from './boundary.ts';
import { parseOptionalReplicas } from './license.ts';
import { isRecord, parsed, quote, unparsed, type Parsed } from './parsed.ts';
import type { Instant } from './time.ts';

export interface Override {
  /** Undefined: the override is about the replica count alone and the license decides. */
  readonly licensed: boolean | undefined;
  readonly replicas: number | undefined;
  /** The override is silent from this instant on; undefined: it does not end. */
  readonly until: Instant | undefined;
  /** Why, for people. */
  readonly reason: string | undefined;
}

const KEYS = ['licensed', 'replicas', 'until', 'reason'];

/**
 * Reads one entry of the overrides file: `{licensed, replicas, until, reason}`, with at least one of
 * `licensed` and `replicas`. Unlike a license record it is written by hand for this program alone, so
 * a key that is not known is refused: a misspelled `until` would be an override without an end.
 */
export function parseOverride(entry: unknown): Parsed<Override> {
  if (!isRecord(entry)) return unparsed(`is ${quote(entry)}, allowed is an object`);
  const unknown = Object.keys(entry).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    return unparsed(`has the key ${quote(unknown)}, allowed are ${KEYS.join(', ')}`);
  }
  const licensed = parseLicensed(entry['licensed']);
  if (!licensed.ok) return unparsed(`licensed ${licensed.problem}`);
  const reason = parseReason(entry['reason']);
  if (!reason.ok) return unparsed(`reason ${reason.problem}`);
  const replicas = parseOptionalReplicas(entry['replicas']);
  if (!replicas.ok) return unparsed(`replicas ${replicas.problem}`);
  const until = parseEnd(entry['until']);
  if (!until.ok) return unparsed(`until ${until.problem}`);
  if (licensed.value === undefined && replicas.value === undefined) {
    return unparsed('says nothing: give licensed, replicas or both');
  }
  return parsed({
    licensed: licensed.value,
    replicas: replicas.value,
    until: until.value,
    reason: reason.value,
  });
}

/** An empty `licensed:` is not taken for none: whoever wrote the key wanted to say something. */
function parseLicensed(value: unknown): Parsed<boolean | undefined> {
  if (value === undefined || typeof value === 'boolean') return parsed(value);
  return unparsed(`is ${quote(value)}, allowed are true and false`);
}

function parseReason(value: unknown): Parsed<string | undefined> {
  if (value === undefined || value === null) return parsed(undefined);
  if (typeof value === 'string') return parsed(value);
  return unparsed(`is ${quote(value)}, allowed is a text`);
}

/** Whether two overrides say the same. */
export function sameOverride(a: Override, b: Override): boolean {
  return (
    a.licensed === b.licensed &&
    a.replicas === b.replicas &&
    a.until === b.until &&
    a.reason === b.reason
  );
}
