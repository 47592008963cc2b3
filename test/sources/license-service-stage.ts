/** A license service that a test has in its hands, and a source that asks it. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { TenantId } from '../../src/core/tenant.ts';
import {
  createLicenseService,
  type LicenseServiceOptions,
} from '../../src/sources/license-service.ts';
import { startHttpServer, type HttpServer } from '../helpers/http-server.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';
import { Watcher } from './watcher.ts';

/** Short, so that a test sees many rounds. */
export const QUICK = {
  interval: 10,
  timeout: PATIENCE_MS,
  maxConcurrency: 4,
  maxBytes: 64 * 1024 * 1024,
  backoff: { first: 5, cap: 10, askedCap: 20 },
  chance: () => 0,
} as const;

export type Mode = LicenseServiceOptions['mode'];
export type Override = Partial<Omit<LicenseServiceOptions, 'url' | 'mode' | 'path'>>;

export interface Stage {
  readonly server: HttpServer;
  /** How requests are answered from now on. */
  readonly answerWith: (answer: RequestListener) => void;
  /** Observes the source. */
  readonly watch: (...tenants: readonly TenantId[]) => Watcher;
}

/** Runs a test on a license service in the given mode, and takes everything down after it. */
export function on(
  mode: Mode,
  first: RequestListener,
  play: (stage: Stage) => Promise<void>,
  override: Override = {},
): () => Promise<void> {
  return async () => {
    let answer = first;
    const server = await startHttpServer((request, response) => {
      answer(request, response);
    });
    const watchers: Watcher[] = [];
    const source = createSource(server.url, mode, override);
    try {
      await play({
        server,
        answerWith(next) {
          answer = next;
        },
        watch(...tenants) {
          const watcher = new Watcher(source, ...tenants);
          watchers.push(watcher);
          return watcher;
        },
      });
    } finally {
      for (const watcher of watchers) watcher.leave();
      await server.close();
    }
  };
}

/** The source, for the license service at an address. */
export function createSource(url: string, mode: Mode, override: Override = {}) {
  const path = mode === 'list' ? '/licenses' : '/licenses/{tenantId}';
  return createLicenseService({ ...QUICK, ...override, url, mode, path });
}

/** Knows these tenants, each with a record that has nothing but its id, or this one. */
export function knowing(
  ...records: readonly (TenantId | Readonly<Record<string, unknown>>)[]
): RequestListener {
  const full = records.map((record) => (typeof record === 'string' ? { id: record } : record));
  return (request, response) => {
    if (request.url === '/licenses') {
      response.end(JSON.stringify({ tenants: full }));
    } else {
      const id = tenantIn(request);
      const record = full.find((each) => each.id === id);
      if (record === undefined) sayNotFound(request, response);
      else response.end(JSON.stringify({ tenant: record }));
    }
  };
}

/** The tenant that a request is about. */
export function tenantIn({ url = '' }: Pick<IncomingMessage, 'url'>): TenantId {
  return decodeURIComponent(url.slice('/licenses/'.length));
}

export function sayNotFound(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain' }).end('Tenant not found');
}
