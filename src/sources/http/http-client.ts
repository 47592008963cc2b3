import type { Millis } from '../../core/time.ts';
import { createAgents, type TlsFiles } from './agents.ts';
import { createBearerToken } from './bearer-token.ts';
import { describeError } from './describe-error.ts';
import type { Exchange, Message } from './exchange.ts';
import { followRedirects } from './follow-redirects.ts';
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

/** Creates a client. It opens and reads nothing before the first request. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { origin, pathname } = new URL(options.url);
  const prefix = pathname.replace(/\/+$/, '');
  /** Ends what is under way when the client is closed, on whichever connection it is. */
  const life = new AbortController();
  const agents = createAgents(options, options.onProblem);
  const createHeaders = headersOf(options);

  async function exchange(
    path: string,
    own: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Message> {
    const headers = await createHeaders(own);
    const agent = await agents.current();
    if (!agent.ok) throw new Error(agent.problem);
    const { maxBytes } = options;
    const target = { origin, path: prefix + path };
    return followRedirects(agent.value, target, { headers, signal, maxBytes });
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
        const reason = describeError(error);
        return { kind: 'none', reason, duration: performance.now() - startedAt };
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
