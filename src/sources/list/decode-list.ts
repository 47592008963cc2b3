import { isUtf8 } from 'node:buffer';
import { parsed, unparsed, type Parsed } from '../../core/parsed.ts';
import { findPartSign } from '../../core/whole-list.ts';
import type { Breather } from './breather.ts';
import { describeError } from '../http/describe-error.ts';
import { JsonElements } from './json-elements.ts';
import { findList, readEnvelope, type Envelope } from './list-envelope.ts';
import { ListingDraft } from './listing-draft.ts';
import type { Decoded, Listing, ReadRecord } from './listing.ts';

/** How many elements are taken between two looks at the clock. */
const STRIDE = 32;

/**
 * Reads a list of licenses, and finds what is new in it.
 *
 * Elements whose bytes are those of the last listing are not parsed again, and the event loop is given
 * back every few milliseconds, so that 100,000 licenses of which few changed cost little and block
 * nobody. The answer is refused whole where any of it is not JSON: half a list must not decide.
 *
 * @returns what is new, or what is wrong with the answer; never rejects
 */
export async function decodeList(
  bytes: Buffer,
  last: Listing | undefined,
  breather: Breather,
  read: ReadRecord,
): Promise<Parsed<Decoded>> {
  if (last?.isFinal === true && last.bytes.equals(bytes)) {
    return parsed({ listing: last, changes: new Map(), missing: [] });
  }
  try {
    if (!isUtf8(bytes)) throw new SyntaxError('it is not UTF-8');
    const draft = new ListingDraft(bytes, last, read);
    const envelope = await readElements(draft, bytes, breather);
    const sign = findPartSign(envelope, draft.size);
    if (sign !== undefined) return unparsed(`answer is not the whole list: ${sign}`);
    return draft.size === 0 ? unparsed('answer is an empty list') : parsed(draft.finish());
  } catch (error) {
    return unparsed(`answer can't be read: ${describeError(error)}`);
  }
}

async function readElements(
  draft: ListingDraft,
  bytes: Buffer,
  breather: Breather,
): Promise<Envelope> {
  const open = findList(bytes);
  const elements = new JsonElements(bytes, open);
  while (draft.takeNext(elements)) {
    if (draft.size % STRIDE === 0 && breather.isDue()) await breather.breathe();
  }
  return readEnvelope(bytes, open, elements.start);
}
