import { setMaxListeners } from 'node:events';
import type { Millis } from '../../core/time.ts';
import { createAgents, type TlsFiles } from './agents.ts';
import { createBearerToken } from './bearer-token.ts';
import type { Exchange, Message } from './exchange.ts';
import { explainFailure } from './explain-failure.ts';
import { followRedirects } from './follow-redirects.ts';
import { proxyFor } from './proxy.ts';
import { createSender } from './sender.ts';
import { within } from './within.ts';

export interface HttpClientOptions extends TlsFiles {
  /** Scheme, host and port, and what comes before every path. */
  readonly url: string;
  /** For a whole exchange, from the connection to the end of the body. */
  readonly timeout: Millis;
  /** The largest body, after unzipping. */
  readonly maxBytes: number;
  /** How many connections are open at a time. */
  readonly connections: number;
  /** For how long a connection is used, however well it works; five minutes if nothing is said. */
  readonly maxConnectionAge?: Millis | undefined;
  /** The proxy on the way, or `none`; undefined: as the environment says. */
  readonly proxy?: string | undefined;
  readonly bearerTokenFile?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Told of files that changed and can't be used, so that the old ones stay in use. */
  readonly onProblem?: ((problem: string) => void) | undefined;
}

/** A client for one server. */
export interface HttpClient {
  /**
   * Asks for `path`, with these headers (named in lower case) besides the usual ones. Never rejects:
   * trouble is a value.
   */
  get(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Exchange>;
  /** Cuts off what is under way. */
  close(): Promise<void>;
}

const FIVE_MINUTES: Millis = 300_000;

/** What a server that speaks TLS says to whoever does not. */
const WANTS_TLS =
  /plain HTTP request was sent to HTTPS|HTTP request to an HTTPS server|speaking plain HTTP to an SSL/;

/** Creates a client. It opens and reads nothing before the first request. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { origin, pathname, protocol } = new URL(options.url);
  const prefix = pathname.replace(/\/+$/, '');
  /** Ends what is under way when the client is closed, on whichever connection it is. */
  const life = new AbortController();
  // Every request in flight listens to it, and Node.js takes more than ten listeners for a leak.
  setMaxListeners(0, life.signal);
  const proxy = proxyFor(options.url, options.proxy);
  const found = proxy.ok ? proxy.value : undefined;
  const { maxConnectionAge = FIVE_MINUTES } = options;
  const agents = createAgents({ ...options, maxConnectionAge, proxy: found }, options.onProblem);
  const createHeaders = headersOf(options);
  const sender = createSender(agents);

  async function exchange(
    path: string,
    own: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Message> {
    if (!proxy.ok) throw new Error(proxy.problem);
    const headers = await createHeaders(own);
    const { maxBytes } = options;
    const target = { origin, path: prefix + path };
    const send = sender.sendWith(headers);
    const message = await followRedirects(target, { send, signal, maxBytes });
    if (message.status === 400 && WANTS_TLS.test(message.body.toString('latin1'))) {
      throw new Error('the port speaks TLS: licenseService.url has to begin with https://');
    }
    return message;
  }

  function explain(error: unknown): string {
    return explainFailure(error, {
      isTls: protocol === 'https:',
      hasCertificate: options.certFile !== undefined,
      hasAnswered: sender.hasAnswered(),
      proxy: found?.origin,
    });
  }

  return {
    async get(path, headers, signal) {
      const startedAt = performance.now();
      try {
        const message = await within(options.timeout, [signal, life.signal], (any) =>
          exchange(path, headers, any),
        );
        return { kind: 'answer', ...message, duration: performance.now() - startedAt };
      } catch (error) {
        return { kind: 'none', reason: explain(error), duration: performance.now() - startedAt };
      }
    },
    close() {
      life.abort(new Error('closed'));
      return agents.close();
    },
  };
}

type CreateHeaders = (own: Record<string, string>) => Promise<Record<string, string>>;

/** The operator's headers may replace what we say of ourselves, but not what the exchange depends on. */
function headersOf({ headers = {}, bearerTokenFile }: HttpClientOptions): CreateHeaders {
  const token = bearerTokenFile === undefined ? undefined : createBearerToken(bearerTokenFile);
  const usual = {
    accept: 'application/json',
    'user-agent': 'license-scaler',
    ...Object.fromEntries(
      Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]),
    ),
    'accept-encoding': 'gzip',
  };
  return async (own) => {
    if (token === undefined) return { ...usual, ...own };
    const read = await token.read();
    if (!read.ok) throw new Error(read.problem);
    return { ...usual, ...own, authorization: `Bearer ${read.value}` };
  };
}
