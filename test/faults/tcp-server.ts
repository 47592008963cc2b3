/** A host behind a real port: the same answers as on the wire, in real time. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ServerEnd, type Host } from './server-end.ts';

/** Pauses that were made for a time-out of 3 s do for one of 100 ms. */
const PACE = 1 / 30;

export class TcpServer {
  /** Whoever answers, from now on. */
  host: Host;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(host: Host) {
    this.host = host;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Opens the port; the same one as before. */
  async open(): Promise<void> {
    const server = createServer((socket) => {
      this.#accept(socket);
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Cuts every connection off. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Nobody listens any more. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    this.cut();
    await closed;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    if (this.host.connects() === 'hang') return;
    const end = new ServerEnd(
      (request) => this.host.answer(request),
      {
        isGone: () => socket.destroyed,
        send: (bytes) => socket.write(bytes),
        end: () => socket.end(),
        reset: () => socket.resetAndDestroy(),
      },
      PACE,
    );
    socket.on('data', (chunk) => {
      end.receive(chunk);
    });
  }
}
