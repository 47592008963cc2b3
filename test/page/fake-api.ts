/** The API of a license-scaler that does as it is told, and the status page as it is on the disk. */
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer, type HttpServer } from '../helpers/http-server.ts';
import {
  detailOf,
  type FakeScaledObject,
  type FakeSource,
  type FakeTenant,
  type FakeTransition,
  type Standing,
} from './fake-rows.ts';

const FOLDER = new URL('../../src/http/page/', import.meta.url);
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** What the API knows; tests change it. */
export interface World {
  revision: number;
  tenants: FakeTenant[];
  sources: FakeSource[];
  scaledObjects: FakeScaledObject[];
  transitions: FakeTransition[];
}

export class FakeApi {
  readonly world: World;
  readonly #server: HttpServer;
  readonly #streams: Set<ServerResponse>;

  private constructor(world: World, server: HttpServer, streams: Set<ServerResponse>) {
    this.world = world;
    this.#server = server;
    this.#streams = streams;
  }

  /** @param port of an earlier one, to take its place */
  static async start(world: World, port = 0): Promise<FakeApi> {
    const streams = new Set<ServerResponse>();
    const server = await startHttpServer(
      (request, response) => {
        answer(world, streams, request, response);
      },
      undefined,
      port,
    );
    return new FakeApi(world, server, streams);
  }

  get url(): string {
    return this.#server.url;
  }

  get port(): number {
    return this.#server.port;
  }

  /** The paths that were asked for, in order. */
  get asked(): string[] {
    return this.#server.requests.map(({ url }) => url ?? '');
  }

  /** Replaces a tenant's standing, and says so to every page. */
  change(tenant: string, to: Standing, sentence: string): void {
    const row = this.world.tenants.find((each) => each.tenant === tenant);
    if (row === undefined) throw new Error(`there is no ${tenant}`);
    const at = new Date().toISOString();
    const { standing: from, reason, source } = row;
    const id = (this.world.transitions.at(-1)?.id ?? 0) + 1;
    const revision = ++this.world.revision;
    const transition = { id, at, tenant, from, to, reason, sentence, source, revision };
    Object.assign(row, { standing: to, sentence, since: at, replicas: to === 'licensed' ? 2 : 0 });
    this.world.transitions.push(transition);
    this.#send('transition', transition);
  }

  /** A source begins to fail. */
  fail(source: string, reason: string): void {
    const state = this.world.sources.find((each) => each.source === source);
    if (state === undefined) throw new Error(`there is no ${source}`);
    Object.assign(state, { up: false, failingSince: new Date().toISOString(), reason });
    this.#send('source', { source, up: false, reason });
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  #send(event: string, data: object): void {
    for (const stream of this.#streams) stream.write(toEvent(event, data));
  }
}

function answer(
  world: World,
  streams: Set<ServerResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page');
  const [, tenant] = /^\/api\/tenants\/(.+)$/.exec(pathname) ?? [];
  if (pathname === '/api/events') openStream(world, streams, response);
  else if (pathname === '/api/tenants') json(response, 200, listTenants(world, searchParams));
  else if (pathname === '/api/sources') json(response, 200, world.sources);
  else if (pathname === '/api/scaledobjects') json(response, 200, world.scaledObjects);
  else if (tenant !== undefined) answerTenant(world, decodeURIComponent(tenant), response);
  else serveFile(pathname === '/' ? 'page.html' : pathname.replace('/page/', ''), response);
}

function openStream(world: World, streams: Set<ServerResponse>, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(toEvent('hello', { revision: world.revision, missed: true }));
  // The page asks from 0: all that is kept.
  for (const transition of world.transitions) response.write(toEvent('transition', transition));
  streams.add(response);
  response.on('close', () => streams.delete(response));
}

function toEvent(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function listTenants({ tenants, revision }: World, query: URLSearchParams): object {
  const page = Number(query.get('page') ?? 1);
  const size = Number(query.get('size') ?? 100);
  const standing = query.get('standing') ?? '';
  const q = query.get('q') ?? '';
  const is = (row: FakeTenant, wanted: string): boolean =>
    wanted === 'held' ? row.held : row.standing === wanted;
  const chosen = tenants.filter(
    (row) => row.tenant.includes(q) && (standing === '' || is(row, standing)),
  );
  const countOf = (wanted: string): number => tenants.filter((row) => is(row, wanted)).length;
  const [licensed, unlicensed, unknown, held] = [
    ...['licensed', 'unlicensed', 'unknown', 'held'].map(countOf),
  ];
  return {
    revision,
    at: new Date().toISOString(),
    total: chosen.length,
    page,
    size,
    counts: { licensed, unlicensed, unknown, held },
    causes: [
      { standing: 'held', cause: CAUSE, tenants: held ?? 0 },
      { standing: 'unknown', cause: CAUSE, tenants: unknown ?? 0 },
    ].filter((cause) => cause.tenants > 0),
    tenants: chosen.slice((page - 1) * size, page * size),
  };
}

/** Why the tenants of these worlds are held. */
const CAUSE = 'license service https://licenses.example.com has failed: ECONNREFUSED';

function answerTenant(world: World, tenant: string, response: ServerResponse): void {
  const row = world.tenants.find((each) => each.tenant === tenant);
  if (row === undefined) json(response, 404, { error: `nothing is known about ${tenant}` });
  else json(response, 200, detailOf(row, world));
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function serveFile(name: string, response: ServerResponse): void {
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
  if (type === undefined || !readdirSync(FOLDER).includes(name)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY });
  response.end(readFileSync(new URL(name, FOLDER)));
}
