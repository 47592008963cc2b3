import type { Dispatcher } from 'undici';
import { headerOf, type Message } from './exchange.ts';
import { readBody } from './read-body.ts';

type Response = Dispatcher.ResponseData;

export interface Target {
  readonly origin: string;
  readonly path: string;
}

export interface GetOptions {
  /** Sends a GET and resolves with the head of the answer. */
  readonly send: (target: Target, signal: AbortSignal) => Promise<Response>;
  /** Ends the whole exchange. */
  readonly signal: AbortSignal;
  /** The largest body, after unzipping. */
  readonly maxBytes: number;
}

/** What a place to log in is called, and what it is told by a query. */
const LOGIN_WORDS =
  /log-?_?[io]n|sign-?_?in|sso|saml|oauth|oidc|\bauth|\/cas\b|\bidp?\b|adfs|keycloak|account/i;
const LOGIN_QUERY =
  /[?&](redirect_?ur[il]|return_?(to|url)|client_id|response_type|samlrequest|relaystate|continue|service)=/i;
const LOGIN =
  'that is where people log in, so the token is missing or refused: licenseService.bearerTokenFile';

const MAX_REDIRECTS = 3;
const REDIRECTS = [301, 302, 303, 307, 308];

/** Enough for a sentence about a tenant; what is larger is somebody's page. */
const MAX_PAGE = 65_536;

/**
 * Sends a GET, and again to wherever it is redirected, within the same origin: scheme, host and port.
 * The headers may hold a token, so they go nowhere else. A page for people at the end of it is no answer: it
 * asks them to log in.
 *
 * Rejects with an error whose message tells an operator what to do.
 */
export async function followRedirects(
  first: Target,
  { send, signal, maxBytes }: GetOptions,
): Promise<Message> {
  let target = first;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await send(target, signal);
    const location = locationOf(response);
    if (location === undefined) {
      const redirectedTo = redirects === 0 ? undefined : target.path;
      if (redirectedTo !== undefined && response.statusCode === 200 && isPage(response)) {
        await skip(response, signal);
        throw new Error(`redirected to a page for people, ${pathOf(redirectedTo)}: ${LOGIN}`);
      }
      const body = await contentOf(response, maxBytes, signal);
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
  const to = new URL(location, here);
  if (to.origin === from.origin) return { origin: to.origin, path: to.pathname + to.search };
  const what = to.host === new URL(here).host ? 'another scheme' : 'another host';
  const why =
    to.pathname === new URL(here).pathname ? 'set licenseService.url to it' : adviceOn(to);
  throw new Error(`redirected to ${to.protocol}//${to.host}, which is ${what}: ${why}`);
}

/** What to do about a redirect that does not just name the same path elsewhere. */
function adviceOn({ hostname, pathname, search }: URL): string {
  const isLogin = LOGIN_WORDS.test(`${hostname}${pathname}`) || LOGIN_QUERY.test(search);
  return isLogin
    ? LOGIN
    : 'if the license service is there, give its address as licenseService.url';
}

function isPage({ headers }: Response): boolean {
  return headerOf(headers, 'content-type')?.toLowerCase().includes('html') === true;
}

/** A path as it is told: what stands in a query may be a secret. */
function pathOf(path: string): string {
  return path.replace(/\?.*/s, '');
}

async function contentOf(
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const { statusCode, headers, body } = response;
  if (![200, 400, 404].includes(statusCode)) {
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
