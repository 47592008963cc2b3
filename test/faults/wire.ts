/** A network in memory: what undici connects to, byte by byte, on whatever clock the test goes by. */
import net from 'node:net';
import { Duplex } from 'node:stream';
import { ServerEnd, type Host } from './server-end.ts';

/** The name that leads to the wire; every other one leads where it always does. */
export const HOST = 'licenses.test';

export class Wire {
  readonly #host: Host;
  readonly #sockets = new Set<WireSocket>();
  readonly #connect = net.connect;
  /** Goes up whenever something moves. */
  moves = 0;

  constructor(host: Host) {
    this.#host = host;
    const connect = (options: net.TcpNetConnectOpts, ...rest: never[]): unknown =>
      options.host === HOST ? this.#open() : this.#connect(options, ...rest);
    Object.assign(net, { connect });
  }

  /** How many connections are open. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Cuts every connection off, as a process that is killed does. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy(reset());
  }

  /** Gives the real network back. */
  close(): void {
    this.cut();
    Object.assign(net, { connect: this.#connect });
  }

  #open(): WireSocket {
    const socket = new WireSocket((request) => this.#host.answer(request), this.#move);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#move();
    });
    socket.connect(this.#host.connects());
    return socket;
  }

  readonly #move = (): void => {
    this.moves++;
  };
}

function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
}

function refused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED 192.0.2.1:80'), { code: 'ECONNREFUSED' });
}

/** The client's end of a connection, with the server behind it. */
class WireSocket extends Duplex {
  readonly #server: ServerEnd;
  readonly #move: () => void;

  constructor(answer: Host['answer'], move: () => void) {
    super({ allowHalfOpen: false });
    this.#move = move;
    this.#server = new ServerEnd(answer, {
      isGone: () => this.destroyed,
      send: (bytes) => {
        move();
        this.push(bytes);
      },
      end: () => {
        this.push(null);
      },
      reset: () => {
        this.destroy(reset());
      },
    });
  }

  connect(outcome: ReturnType<Host['connects']>): void {
    if (outcome === 'hang') return;
    process.nextTick(() => {
      this.#move();
      if (outcome === 'refused') this.destroy(refused());
      else this.emit('connect');
    });
  }

  override _read(): void {
    // What the server sends is pushed when it is sent.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#move();
    this.#server.receive(chunk);
    done();
  }

  /** As a TCP socket has them; there is nothing to set here. */
  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
