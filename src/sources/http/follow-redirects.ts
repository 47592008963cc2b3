import type { Agent, Dispatcher } from 'undici';
import { headerOf, type Message } from './exchange.ts';
import { readBody } from './read-body.ts';

export interface Target {
  readonly origin: string;
  readonly path: string;
}

export interface GetOptions {
  readonly headers: Record<string, string>;
  /** Ends the whole exchange. */
  readonly signal: AbortSignal;
  /** The largest body, after unzipping. */
  readonly maxBytes: number;
}

type Response = Dispatcher.ResponseData;

const MAX_REDIRECTS = 3;
const REDIRECTS = [301, 302, 303, 307, 308];

/** Enough for a sentence about a tenant; what is larger is somebody's page. */
const MAX_PAGE = 65_536;

/**
 * Sends a GET, and again to wherever it is redirected, within the same origin: scheme, host and port.
 * The headers may hold a token, so they go nowhere else.
 *
 * Rejects with an error whose message tells an operator what to do.
 */
export async function followRedirects(
  agent: Agent,
  first: Target,
  { headers, signal, maxBytes }: GetOptions,
): Promise<Message> {
  let target = first;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    // undici's own time-outs are coarse, and the signal ends the whole exchange.
    const limits = { signal, headersTimeout: 0, bodyTimeout: 0 };
    const response = await agent.request({ ...target, ...limits, method: 'GET', headers });
    const location = locationOf(response);
    if (location === undefined) {
      const body = await contentOf(response, maxBytes, signal);
      const redirectedTo = redirects === 0 ? undefined : target.path;
      return { status: response.statusCode, headers: response.headers, body, redirectedTo };
    }
    await skip(response, signal);
    target = resolve(location, target);
  }
  throw new Error(`redirected more than ${MAX_REDIRECTS} times`);
}

function locationOf({ statusCode, headers }: Response): string | undefined {
  return REDIRECTS.includes(statusCode) ? headerOf(headers, 'location') : undefined;
}

function resolve(location: string, from: Target): Target {
  const here = `${from.origin}${from.path}`;
  if (!URL.canParse(location, here)) throw new Error('redirected to an address that is no URL');
  const { origin, protocol, host, pathname, search } = new URL(location, here);
  if (origin === from.origin) return { origin, path: pathname + search };
  const what = host === new URL(here).host ? 'another scheme' : 'another host';
  throw new Error(
    `redirected to ${protocol}//${host}, which is ${what}: set licenseService.url to it`,
  );
}

async function contentOf(
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const { statusCode, headers, body } = response;
  if (statusCode !== 200 && statusCode !== 404) {
    await skip(response, signal);
    return Buffer.alloc(0);
  }
  const limit = statusCode === 200 ? maxBytes : Math.min(maxBytes, MAX_PAGE);
  return readBody(body, headerOf(headers, 'content-encoding') ?? 'identity', limit);
}

/** Reads a body away, so that the connection can be used again; a long one drops the connection instead. */
async function skip({ body }: Response, signal: AbortSignal): Promise<void> {
  await body.dump({ limit: MAX_PAGE, signal });
}
