import { asyncScheduler, type Observable } from 'rxjs';
import type { Observation, SourceName } from '../../core/observation.ts';
import { readLicenseRecord } from '../../core/license-record.ts';
import type { RecordRules } from '../../core/license.ts';
import { unparsed, type Parsed } from '../../core/parsed.ts';
import type { DemandChange } from '../../pipeline/demand.ts';
import type { Attempt } from '../../pipeline/poll.ts';
import { Absences } from './absences.ts';
import { createBreather } from './breather.ts';
import { decodeList } from './decode-list.ts';
import {
  describeStatus,
  headerOf,
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
}

/**
 * The list of all licenses, asked for as a whole.
 *
 * Holds what was last understood, for as long as one subscription to the source lasts.
 */
export class LicenseList {
  readonly #source: SourceName;
  readonly #client: HttpClient;
  readonly #path: string;
  readonly #rules: RecordRules;
  readonly #observer: LicenseServiceObserver;
  readonly #absences = new Absences();
  #kept: Kept | undefined;
  /** What was told last of an element that might be anybody's. */
  #told: string | undefined;

  constructor(
    source: SourceName,
    client: HttpClient,
    path: string,
    rules: RecordRules,
    observer: LicenseServiceObserver,
  ) {
    this.#source = source;
    this.#client = client;
    this.#path = path;
    this.#rules = rules;
    this.#observer = observer;
  }

  /** Whether somebody waits for an answer that the last list did not hold. */
  get isAwaited(): boolean {
    return this.#absences.isAwaiting;
  }

  /** Takes in that a tenant came into demand, or left it. */
  change(change: DemandChange): void {
    this.#absences.change(change, this.#kept?.listing.places.has(change.tenant) === true);
  }

  /** Reads the list. Emits once, what is new in it or why nothing is known, and never errors. */
  ask(): Observable<Attempt<Observation>> {
    return fromAbortable(async (signal) => {
      const request = this.#absences.begin();
      const exchange = await this.#client.get(this.#path, this.#condition(), signal);
      const decoded = await this.#decode(exchange, signal);
      if (!decoded.ok) return this.#fail(exchange, decoded.problem);
      return this.#succeed(exchange, request, decoded.value);
    });
  }

  #condition(): Record<string, string> {
    const etag = this.#kept?.etag;
    return etag === undefined ? {} : { 'if-none-match': etag };
  }

  async #decode(exchange: Exchange, signal: AbortSignal): Promise<Parsed<Decoded>> {
    if (exchange.kind === 'none') return unparsed(exchange.reason);
    const last = this.#kept?.listing;
    const isSame = exchange.status === 304 && this.#kept?.etag !== undefined;
    if (!isSame && exchange.status !== 200) return unparsed(describeStatus(exchange.status));
    const bytes = isSame && last !== undefined ? last.bytes : exchange.body;
    const now = asyncScheduler.now();
    const decoded = await decodeList(bytes, last, createBreather(signal), (record) =>
      readLicenseRecord(record, this.#rules, now),
    );
    if (!decoded.ok) return decoded;
    const sign = findPartHeader(exchange.headers, decoded.value.listing.entries.length);
    return sign === undefined ? decoded : unparsed(`answer is not the whole list: ${sign}`);
  }

  #succeed(exchange: Exchange, request: number, decoded: Decoded): Attempt<Observation> {
    const { listing, changes: readings } = decoded;
    const isNew = listing !== this.#kept?.listing;
    this.#absences.complete(request, decoded);
    if (exchange.kind === 'answer' && exchange.status === 200) this.#keep(listing, exchange);
    this.#observer.requested?.(reportOf(exchange, isNew ? 'list' : 'unchanged'));
    const at = asyncScheduler.now();
    return {
      result: { kind: 'sighting', source: this.#source, at, readings, whole: true },
      failed: false,
    };
  }

  #keep(listing: Listing, { headers }: Answer): void {
    this.#kept = { listing, etag: headerOf(headers, 'etag') };
    const { nameless } = listing;
    if (nameless !== undefined && nameless !== this.#told) this.#observer.noticed?.(nameless);
    this.#told = nameless;
  }

  #fail(exchange: Exchange, reason: string): Attempt<Observation> {
    this.#observer.requested?.(reportOf(exchange, 'failed'));
    const at = asyncScheduler.now();
    return {
      result: {
        kind: 'failure',
        source: this.#source,
        at,
        tenant: undefined,
        reason,
        opaque: false,
      },
      failed: true,
      retryAfter: retryAfterOf(exchange, at),
    };
  }
}
