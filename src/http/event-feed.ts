/** The events as they happen, for any number of clients (server-sent events). */
import type { ServerResponse } from 'node:http';
import { toTransitionRow } from '../core/report/transition-row.ts';
import type { Millis } from '../core/time.ts';
import type { Happening, History } from '../pipeline/history.ts';
import { json, type Answer, type Asked, type Stream } from './answer.ts';

/** What happens within this time is written at once, so that a round of changes costs a page little. */
const PAUSE: Millis = 50;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'x-accel-buffering': 'no',
};
/** Comments, so that proxies and browsers see that the connection lives. */
const HEARTBEAT: Millis = 15_000;
const MAX_CLIENTS = 256;
/** Clients that are written to in one turn of the event loop. */
const SHARE = 2;

interface Client {
  readonly response: ServerResponse;
  /** The last event that it was sent. */
  at: number;
}

/**
 * Who listens to the history. A client is a place in it: nothing is kept for it, one that does not read
 * is not written to, and one that fell behind what is kept is told so (`hello` with `missed`).
 */
export class EventFeed {
  readonly #history: History;
  readonly #revision: () => number;
  readonly #clients = new Set<Client>();
  #stopListening: (() => void) | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #isFlushDue = false;

  /** @param revision the fleet's, as of now */
  constructor(history: History, revision: () => number) {
    this.#history = history;
    this.#revision = revision;
  }

  /** Begins with what came after `Last-Event-ID` (a header, or `lastEventId` in the query), otherwise with now. */
  answer({ header, query }: Asked): Answer | Stream {
    if (this.#clients.size >= MAX_CLIENTS) {
      return json(503, { error: `there are ${MAX_CLIENTS} listeners already` });
    }
    const given = header('last-event-id') ?? query.get('lastEventId') ?? '';
    const lastEventId = /^\d{1,15}$/.test(given) ? Number(given) : undefined;
    return {
      headers: HEADERS,
      stream: (response) => {
        this.#add(response, lastEventId);
      },
    };
  }

  #add(response: ServerResponse, lastEventId: number | undefined): void {
    const isKnown = lastEventId !== undefined && this.#history.since(lastEventId) !== undefined;
    const client = { response, at: this.#placeOf(lastEventId, isKnown) };
    this.#clients.add(client);
    this.#wake();
    response.write(this.#hello(client, lastEventId !== undefined && !isKnown));
    this.#send(client, new Map());
    response.on('drain', () => {
      this.#send(client, new Map());
    });
    response.on('close', () => {
      this.#clients.delete(client);
      if (this.#clients.size === 0) this.#sleep();
    });
  }

  /** Whoever names an event that is no longer known is told all that is. */
  #placeOf(lastEventId: number | undefined, isKnown: boolean): number {
    if (lastEventId === undefined) return this.#history.last;
    return isKnown ? lastEventId : this.#history.oldest;
  }

  #hello({ at }: Client, missed: boolean): string {
    const data = JSON.stringify({ revision: this.#revision(), missed });
    return `retry: 2000\nid: ${at}\nevent: hello\ndata: ${data}\n\n`;
  }

  #wake(): void {
    this.#stopListening ??= this.#history.listen(() => {
      this.#flushSoon();
    });
    this.#heartbeat ??= setInterval(() => {
      for (const { response } of this.#clients) {
        if (!response.writableNeedDrain) response.write(': still here\n\n');
      }
    }, HEARTBEAT).unref();
  }

  #sleep(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }

  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    setTimeout(() => {
      this.#isFlushDue = false;
      this.#flush([...this.#clients], new Map());
    }, PAUSE).unref();
  }

  /** Most clients are at the same place: what they are sent is made once. */
  #flush(clients: readonly Client[], made: Map<string, Buffer>): void {
    for (const client of clients.slice(0, SHARE)) this.#send(client, made);
    if (clients.length <= SHARE) return;
    setImmediate(() => {
      this.#flush(clients.slice(SHARE), made);
    });
  }

  /** @param made what others were sent, by where they were and where they are now */
  #send(client: Client, made: Map<string, Buffer>): void {
    const { response, at } = client;
    const { last } = this.#history;
    if (at === last || response.writableNeedDrain || response.destroyed) return;
    client.at = last;
    const way = `${at} ${last}`;
    const text = made.get(way) ?? this.#write(at);
    if (text !== undefined) made.set(way, text);
    response.write(text ?? this.#hello(client, true));
  }

  #write(after: number): Buffer | undefined {
    const happenings = this.#history.since(after);
    return happenings && Buffer.from(happenings.map(toEvent).join(''));
  }
}

function toEvent(happening: Happening): string {
  const { id, kind } = happening;
  const data =
    kind === 'transition' ? toTransitionRow(id, happening.transition) : { id, ...happening.turn };
  return `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
