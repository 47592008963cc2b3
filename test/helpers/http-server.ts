import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Subject, filter, firstValueFrom, startWith, timeout } from 'rxjs';
import { PATIENCE_MS } from './patience.ts';

/** A real HTTP server on loopback, and what it has seen. */
export interface HttpServer {
  readonly url: string;
  readonly port: number;
  /** Every request so far, in order. */
  readonly requests: readonly Pick<IncomingMessage, 'url' | 'headers' | 'method'>[];
  /** Requests that have come and were neither answered nor given up. */
  inFlight(): number;
  /** The most that were in flight at a time. */
  mostInFlight(): number;
  /** Open connections. */
  connections(): number;
  /** Connections that were ever made. */
  accepted(): number;
  /** Resolves as soon as the condition holds, which is looked at whenever something happens here. */
  until(condition: () => boolean): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * @param answer answers every request; what it does not answer hangs
 * @param tls makes it a server of https
 */
export async function startHttpServer(
  answer: RequestListener,
  tls?: ServerOptions,
  port = 0,
): Promise<HttpServer> {
  const happened$ = new Subject<void>();
  const requests: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  const counts = { now: 0, most: 0, accepted: 0 };

  const listener: RequestListener = (request, response) => {
    requests.push(request);
    counts.now++;
    counts.most = Math.max(counts.most, counts.now);
    response.once('close', () => {
      counts.now--;
      happened$.next();
    });
    answer(request, response);
    happened$.next();
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket);
    counts.accepted++;
    socket.once('close', () => {
      sockets.delete(socket);
      happened$.next();
    });
    happened$.next();
  });
  // Longer than any test waits: a connection that goes before was closed by the client.
  server.keepAliveTimeout = 60_000;
  await listen(server, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${bound}`,
    port: bound,
    requests,
    inFlight: () => counts.now,
    mostInFlight: () => counts.most,
    connections: () => sockets.size,
    accepted: () => counts.accepted,
    until: (condition) =>
      firstValueFrom(happened$.pipe(startWith(undefined), filter(condition), timeout(PATIENCE_MS))),
    close: () => close(server),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
