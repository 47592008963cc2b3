import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts } from './processes/ports.ts';

/** `slow`: what is sent arrives a second later; `stalled`: it never arrives; `closed`: nobody listens. */
type State = 'open' | 'slow' | 'stalled' | 'closed';

const SLOW = 1_000;

/** A gate before the API server, for license-scaler alone: KEDA and the harness go past it. */
export class Gate {
  readonly port: number;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #state: State = 'open';
  #server: Server | undefined;

  private constructor(port: number, target: number) {
    this.port = port;
    this.#target = target;
  }

  /** @param target the port of loopback that it stands before */
  static async start(target: number): Promise<Gate> {
    const [port = 0] = await freePorts(1);
    const gate = new Gate(port, target);
    await gate.set('open');
    return gate;
  }

  /** Connections that are open are ended, so that all go by the new state. */
  async set(state: State): Promise<void> {
    this.#state = state;
    for (const socket of this.#sockets) socket.destroy();
    if (state === 'closed') {
      this.stop();
    } else if (this.#server === undefined) {
      this.#server = createServer((client) => {
        this.#forward(client);
      });
      this.#server.listen(this.port, '127.0.0.1').unref();
      await once(this.#server, 'listening');
    }
  }

  stop(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  #forward(client: Socket): void {
    this.#keep(client);
    if (this.#state === 'stalled') return;
    const server = connect(this.#target, '127.0.0.1');
    this.#keep(server);
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    server.pipe(client);
    if (this.#state === 'open') client.pipe(server);
    else client.on('data', (data) => void pause(SLOW).then(() => server.write(data)));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
