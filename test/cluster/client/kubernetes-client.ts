import { createInterface } from 'node:readline';
import { Observable } from 'rxjs';
import { Agent, request } from 'undici';
import type { Site } from '../control-plane/site.ts';

/** What every object has. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
  /** When it arrived here, in milliseconds since 1970. */
  readonly at: number;
}

/** An answer other than 2xx, with the API server's reason. */
class KubernetesError extends Error {
  override readonly name = 'KubernetesError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Talks to the API server with all rights, in paths and JSON: `/apis/apps/v1/deployments`. */
export class KubernetesClient {
  readonly #url: string;
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, credentials }: Site) {
    this.#url = url;
    // A watch is silent for as long as nothing happens.
    this.#agent = new Agent({ connect: { ca: credentials.ca }, bodyTimeout: 0 });
    this.#headers = { authorization: `Bearer ${credentials.token}`, accept: 'application/json' };
  }

  get<T>(path: string): Promise<T> {
    return this.#call<T>('GET', path);
  }

  /** Merges the change into the object; null takes a field away. */
  patch<T>(path: string, change: object): Promise<T> {
    return this.#call<T>('PATCH', path, 'application/merge-patch+json', change);
  }

  /** What is not JSON, such as `/metrics`. */
  async text(path: string): Promise<string> {
    return (await this.#request('GET', path, { headers: { accept: 'text/plain' } })).text();
  }

  delete(path: string): Promise<unknown> {
    return this.#call('DELETE', path);
  }

  /**
   * What there is under the path, as ADDED, and then every change. Errors when the API server ends the
   * watch, for then something may have been missed.
   */
  watch<T>(path: string): Observable<WatchEvent<T>> {
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const deliver = async (): Promise<void> => {
        const body = await this.#request('GET', `${path}?watch=true`, { signal: abort.signal });
        for await (const line of createInterface({ input: body, signal: abort.signal })) {
          subscriber.next({ ...parseEvent<T>(line), at: Date.now() });
        }
        throw new Error(`the API server ended the watch on ${path}`);
      };
      deliver().catch((error: unknown) => {
        subscriber.error(error);
      });
      return () => {
        abort.abort();
      };
    });
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #call<T>(method: Method, path: string, type?: string, body?: object): Promise<T> {
    const headers = type === undefined ? {} : { 'content-type': type };
    const answer = await this.#request(method, path, { headers, body: JSON.stringify(body) });
    return (await answer.json()) as T;
  }

  async #request(method: Method, path: string, more: RequestDetails): Promise<Body> {
    const { statusCode, body } = await request(`${this.#url}${path}`, {
      method,
      dispatcher: this.#agent,
      ...more,
      headers: { ...this.#headers, ...more.headers },
    });
    if (statusCode < 300) return body;
    throw new KubernetesError(statusCode, `${method} ${path}: ${statusCode} ${await body.text()}`);
  }
}

type Method = 'GET' | 'PATCH' | 'DELETE';
type Body = Awaited<ReturnType<typeof request>>['body'];

interface RequestDetails {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

function parseEvent<T>(line: string): Omit<WatchEvent<T>, 'at'> {
  const event = JSON.parse(line) as { type: WatchEvent<T>['type'] | 'ERROR'; object: T };
  if (event.type === 'ERROR') throw new Error(`the watch failed: ${line}`);
  return { type: event.type, object: event.object };
}
