/** Exchange: one request and how it ended. */
import { STATUS_CODES, type IncomingHttpHeaders } from 'node:http';
import type { Instant, Millis } from '../../core/time.ts';
import { parseHttpDate, parseRetryAfter } from './retry-after.ts';

export type Exchange = Answer | NoAnswer;

/** What an answer says, whatever that is. */
export interface Message {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Unzipped; empty for every status but 200, 400 and 404: no other body says anything that is used. */
  readonly body: Buffer;
  /** The path that the request was redirected to, on the same host; undefined: it was not. */
  readonly redirectedTo: string | undefined;
}

/** The other side answered. */
export interface Answer extends Message {
  readonly kind: 'answer';
  readonly duration: Millis;
}

/** There was no answer, or none that was read to its end. */
interface NoAnswer {
  readonly kind: 'none';
  /** One short sentence, without the token or any header's value. */
  readonly reason: string;
  readonly duration: Millis;
}

/** A header that stands once; undefined where it does not stand, or more often. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** A status as it is told: `HTTP 503 Service Unavailable`. The words are ours, not the other side's. */
export function describeStatus(status: number): string {
  return `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
}

/**
 * What the clock of the other side said. Not where the answer comes out of a cache (`Age`), which keeps
 * the date too; undefined as well where the header stands for no instant.
 */
export function clockOf(exchange: Exchange): Instant | undefined {
  if (exchange.kind === 'none' || exchange.headers.age !== undefined) return undefined;
  return parseHttpDate(headerOf(exchange.headers, 'date') ?? '');
}

/** Whether the other side refuses because it is asked too often. */
export function isThrottled(exchange: Exchange): boolean {
  return exchange.kind === 'answer' && exchange.status === 429;
}

/** Statuses from 400 to 499 that are not about what was asked for, but about who asks, or how often. */
const ABOUT_US = [401, 403, 407, 408, 429];

/**
 * Whether the other side answered that it will not answer this question, which says nothing about others.
 * A 404 is not meant: where it is no answer it comes from somebody who serves no such path.
 */
export function isRefusal(exchange: Exchange): boolean {
  if (exchange.kind === 'none' || exchange.status === 404) return false;
  return exchange.status >= 400 && exchange.status < 500 && !ABOUT_US.includes(exchange.status);
}

/** How long the other side asked to be left in peace. */
export function retryAfterOf(exchange: Exchange, now: Instant): Millis | undefined {
  if (exchange.kind === 'none') return undefined;
  return parseRetryAfter(exchange.headers['retry-after'], now);
}
