import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { messageOf, OperatorError } from '../core/operator-error.ts';
import {
  text,
  type Answer,
  type Asked,
  type FindRoute,
  type Route,
  type Stream,
} from './answer.ts';

export interface HttpServer {
  /** @returns the port; @throws OperatorError where the address can't be had */
  listen(address: { readonly host: string; readonly port: number }): Promise<number>;
  close(): Promise<void>;
}

/**
 * The side port, for people, probes and Prometheus. It only reads.
 *
 * @param find finds the route of a path
 * @param onCrash is told of a route that threw; the caller sees 500 and no details
 */
export function createHttpServer(
  find: FindRoute,
  onCrash: (path: string, error: unknown) => void,
): HttpServer {
  const server = createServer((request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    answer(request, find(path)).then(
      (result) => {
        if (!('stream' in result)) send(request, response, result);
        else begin(request, response, result);
      },
      (error: unknown) => {
        onCrash(path, error);
        send(request, response, text(500, 'internal error, see the log of license-scaler'));
      },
    );
  });
  return {
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        // Stays when it listens: an error of a single connection later on is no reason to end.
        server.on('error', (error) => {
          reject(new OperatorError(explain(host, port, error), { cause: error }));
        });
        server.listen(port, host, () => {
          const bound = server.address();
          resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  route: Route | undefined,
): Promise<Answer | Stream> {
  if (route === undefined) return text(404, 'not found');
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'only GET and HEAD');
  return route(toAsked(request));
}

function toAsked({ url = '/', headers }: IncomingMessage): Asked {
  const at = url.indexOf('?');
  return {
    query: new URLSearchParams(at < 0 ? '' : url.slice(at)),
    header: (name) => headers[name]?.toString(),
  };
}

function begin(request: IncomingMessage, response: ServerResponse, result: Stream): void {
  response.writeHead(200, result.headers);
  if (request.method === 'HEAD') response.end();
  else result.stream(response);
}

function send(request: IncomingMessage, response: ServerResponse, result: Answer): void {
  const body = typeof result.body === 'string' ? Buffer.from(result.body) : result.body;
  const allow = result.status === 405 ? { allow: 'GET, HEAD' } : {};
  response.writeHead(result.status, {
    'content-type': result.type,
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    ...allow,
    ...result.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function explain(host: string, port: number, error: NodeJS.ErrnoException): string {
  return error.code === 'EADDRINUSE'
    ? `http.listen: ${host}:${port} is in use by another program; stop it or choose another port`
    : `http.listen: can't listen on ${host}:${port}: ${messageOf(error)}`;
}
