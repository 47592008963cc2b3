/** A real server and a client for it, for as long as a test takes. */
import type { RequestListener } from 'node:http';
import type { ServerOptions } from 'node:https';
import type { Exchange } from '../../src/sources/http/exchange.ts';
import {
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
} from '../../src/sources/http/http-client.ts';
import { startHttpServer, type HttpServer } from '../helpers/http-server.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';

/** For requests that nobody calls off. */
export const NOBODY = new AbortController().signal;

export const OPTIONS: HttpClientOptions = {
  url: 'http://127.0.0.1:1',
  timeout: PATIENCE_MS,
  maxBytes: 64 * 1024 * 1024,
  connections: 4,
};

interface Setting extends Partial<HttpClientOptions> {
  readonly tls?: ServerOptions;
  /** Added to the server's URL. */
  readonly suffix?: string;
}

type Play = (server: HttpServer, client: HttpClient) => Promise<void>;

export async function withServer(answer: RequestListener, play: Play): Promise<void>;
export async function withServer(
  answer: RequestListener,
  setting: Setting,
  play: Play,
): Promise<void>;
export async function withServer(
  answer: RequestListener,
  ...rest: [Play] | [Setting, Play]
): Promise<void> {
  const [{ tls, suffix = '', ...options }, play] =
    rest.length === 1 ? [{} as Setting, ...rest] : rest;
  const server = await startHttpServer(answer, tls);
  const client = createHttpClient({ ...OPTIONS, url: server.url + suffix, ...options });
  try {
    await play(server, client);
  } finally {
    await client.close();
    await server.close();
  }
}

export function answering(
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): RequestListener {
  return (_, response) => {
    response.writeHead(status, headers).end(body);
  };
}

export function bodyOf(exchange: Exchange): string {
  return exchange.kind === 'answer' ? exchange.body.toString() : exchange.reason;
}

export function reasonOf(exchange: Exchange): string {
  return exchange.kind === 'none' ? exchange.reason : `answered ${exchange.status}`;
}
