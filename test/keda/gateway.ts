import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** An address that outlives the scalers behind it, as a Service of Kubernetes is: it passes on connections, whole. */
export class Gateway {
  /** Where new connections go; open ones stay where they are. */
  targetPort = 0;
  /** Connections that were ever made. */
  accepted = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((client) => {
    this.accepted++;
    const scaler = connect(this.targetPort, '127.0.0.1');
    this.#join(client, scaler);
    this.#join(scaler, client);
  });

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** What comes from one goes to the other, its end too; what breaks one breaks the other. */
  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
