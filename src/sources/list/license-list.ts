import { asyncScheduler, type Observable } from 'rxjs';
import type { Observation, SourceName } from '../../core/observation.ts';
import { readLicenseRecord } from '../../core/license-record.ts';
import type { RecordRules } from '../../core/license.ts';
import { unparsed, type Parsed } from '../../core/parsed.ts';
import type { Instant, Millis } from '../../core/time.ts';
import type { DemandChange } from '../../pipeline/demand.ts';
import type { Attempt } from '../../pipeline/poll.ts';
import { SteadyClock } from '../../pipeline/steady-clock.ts';
import { Absences } from './absences.ts';
import { createBreather } from './breather.ts';
import { decodeList } from './decode-list.ts';
import {
  clockOf,
  describeStatus,
  headerOf,
  isThrottled,
  retryAfterOf,
  type Answer,
  type Exchange,
} from '../http/exchange.ts';
import { fromAbortable } from '../http/from-abortable.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { Decoded, Listing } from './listing.ts';
import { findPartHeader } from './part-headers.ts';
import { reportOf, type LicenseServiceObserver } from '../observer.ts';

/** A list, and the tag by which the server tells whether it is still the same. */
interface Kept {
  readonly listing: Listing;
  readonly etag: string | undefined;
  /** When it was last read, not just confirmed. */
  readonly readAt: Instant;
}

/** For so long it is believed that a list is still the same: a cache may go on to say so for ever. */
const LONGEST_BELIEF: Millis = 600_000;

export interface LicenseListOptions {
  readonly source: SourceName;
  readonly client: HttpClient;
  readonly path: string;
  /** How often the list is asked for. */
  readonly interval: Millis;
  readonly rules: RecordRules;
  readonly observer: LicenseServiceObserver;
}

/**
 * The list of all licenses, asked for as a whole.
 *
 * Holds what was last understood, for as long as one subscription to the source lasts.
 */
export class LicenseList {
  readonly #options: LicenseListOptions;
  readonly #clock = new SteadyClock();
  readonly #absences = new Absences();
  #kept: Kept | undefined;
  /** What was told last of an element that might be anybody's. */
  #told: string | undefined;
  /** Somebody wants what is read by a request that is yet to begin. */
  #isStale = false;

  constructor(options: LicenseListOptions) {
    this.#options = options;
  }

  /** Whether somebody waits for an answer that the last list did not hold. */
  get isAwaited(): boolean {
    return this.#isStale || this.#absences.isAwaiting;
  }

  /** Takes in that the list is to be read anew, by a request that is yet to begin. */
  refresh(): void {
    this.#isStale = true;
  }

  /** Takes in that a tenant came into demand, or left it. */
  change(change: DemandChange): void {
    this.#absences.change(change, this.#kept?.listing.places.has(change.tenant) === true);
  }

  /** Reads the list. Emits once, what is new in it or why nothing is known, and never errors. */
  ask(): Observable<Attempt<Observation>> {
    return fromAbortable(async (signal) => {
      const { client, path } = this.#options;
      // A tag that is wrong must not decide: where somebody waits for news, all of it is to be sent.
      const etag = this.isAwaited ? undefined : this.#tag();
      const isRefresh = this.#isStale;
      const request = this.#absences.begin();
      this.#isStale = false;
      const begunAt = asyncScheduler.now();
      const exchange = await client.get(path, conditionOf(etag), signal);
      const decoded = await this.#decode(exchange, etag, signal);
      if (!decoded.ok) {
        this.#isStale ||= isRefresh;
        return this.#fail(exchange, decoded.problem);
      }
      return this.#succeed(exchange, request, decoded.value, begunAt);
    });
  }

  /** The tag of the list that the server need not send again; undefined: it is to send it. */
  #tag(): string | undefined {
    const { etag, readAt = 0 } = this.#kept ?? {};
    return this.#clock.now() - readAt < LONGEST_BELIEF ? etag : undefined;
  }

  async #decode(
    exchange: Exchange,
    etag: string | undefined,
    signal: AbortSignal,
  ): Promise<Parsed<Decoded>> {
    if (exchange.kind === 'none') return unparsed(exchange.reason);
    const last = this.#kept?.listing;
    const isSame = exchange.status === 304 && etag !== undefined;
    if (!isSame && exchange.status !== 200) return unparsed(describeStatus(exchange.status));
    const bytes = isSame && last !== undefined ? last.bytes : exchange.body;
    const now = asyncScheduler.now();
    const decoded = await decodeList(bytes, last, createBreather(signal), (record) =>
      readLicenseRecord(record, this.#options.rules, now),
    );
    if (!decoded.ok) return decoded;
    const sign = findPartHeader(exchange.headers, decoded.value.listing.entries.length);
    return sign === undefined ? decoded : unparsed(`answer is not the whole list: ${sign}`);
  }

  #succeed(
    exchange: Exchange,
    request: number,
    decoded: Decoded,
    at: Instant,
  ): Attempt<Observation> {
    const { listing, changes: readings } = decoded;
    const { source, interval, observer } = this.#options;
    const isNew = listing !== this.#kept?.listing;
    this.#absences.complete(request, decoded);
    if (exchange.kind === 'answer' && exchange.status === 200) this.#keep(listing, exchange);
    observer.requested?.(reportOf(exchange, isNew ? 'list' : 'unchanged'));
    const clock = clockOf(exchange);
    // A request that takes a moment is no reason to expect the next confirmation any later.
    const round = exchange.duration < interval / 2 ? undefined : interval + exchange.duration;
    const result: Observation = {
      kind: 'sighting',
      source,
      at,
      readings,
      whole: true,
      clock,
      round,
    };
    return { result, failed: false };
  }

  #keep(listing: Listing, { headers }: Answer): void {
    this.#kept = { listing, etag: headerOf(headers, 'etag'), readAt: this.#clock.now() };
    const { nameless } = listing;
    if (nameless !== undefined && nameless !== this.#told)
      this.#options.observer.noticed?.(nameless);
    this.#told = nameless;
  }

  #fail(exchange: Exchange, reason: string): Attempt<Observation> {
    const { source, observer } = this.#options;
    observer.requested?.(reportOf(exchange, 'failed'));
    const at = asyncScheduler.now();
    return {
      result: { kind: 'failure', source, at, tenant: undefined, reason, opaque: false },
      failed: true,
      throttled: isThrottled(exchange),
      retryAfter: retryAfterOf(exchange, at),
    };
  }
}

function conditionOf(etag: string | undefined): Record<string, string> {
  return etag === undefined ? { 'cache-control': 'no-cache' } : { 'if-none-match': etag };
}
