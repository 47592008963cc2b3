/** The server's end of a connection, whatever the connection is made of. */
/** A request as it came over the wire. */
export interface WireRequest {
  readonly path: string;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** What is sent back, piece by piece, and what becomes of the connection. */
export interface Reply {
  readonly pieces: readonly Piece[];
  /** `keep`: for the next request; `end`: as HTTP/1.0 says that all was sent; `reset`: ECONNRESET; `hang`: nothing more. */
  readonly then: 'keep' | 'end' | 'reset' | 'hang';
  /** Called when all of it was sent. */
  readonly sent?: (() => void) | undefined;
}

export interface Piece {
  /** How long after the one before, in milliseconds. */
  readonly after: number;
  readonly bytes: string | Buffer;
}

export interface Host {
  /** What becomes of a connection that is asked for. */
  connects(): 'open' | 'refused' | 'hang';
  answer(request: WireRequest): Reply;
}

/** Where the bytes go. */
interface Outlet {
  readonly isGone: () => boolean;
  readonly send: (bytes: string | Buffer) => void;
  readonly end: () => void;
  readonly reset: () => void;
}

/** Takes requests in, one after the other, and answers them. None of them has a body. */
export class ServerEnd {
  readonly #answer: Host['answer'];
  readonly #outlet: Outlet;
  readonly #pace: number;
  #head = '';

  /** @param pace what the pauses between pieces are multiplied by */
  constructor(answer: Host['answer'], outlet: Outlet, pace = 1) {
    this.#answer = answer;
    this.#outlet = outlet;
    this.#pace = pace;
  }

  receive(chunk: Buffer): void {
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const request = parseHead(this.#head.slice(0, end));
    this.#head = this.#head.slice(end + 4);
    this.#send(this.#answer(request), 0);
  }

  #send(reply: Reply, next: number): void {
    const piece = reply.pieces[next];
    if (piece === undefined) {
      this.#finish(reply);
      return;
    }
    const send = (): void => {
      if (this.#outlet.isGone()) return;
      this.#outlet.send(piece.bytes);
      this.#send(reply, next + 1);
    };
    if (piece.after > 0) setTimeout(send, piece.after * this.#pace);
    else process.nextTick(send);
  }

  #finish({ then, sent }: Reply): void {
    sent?.();
    if (then === 'end') this.#outlet.end();
    // What was sent is read first.
    if (then === 'reset') setImmediate(this.#outlet.reset);
  }
}

function parseHead(head: string): WireRequest {
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { path: first.split(' ')[1] ?? '', headers: new Map(headers) };
}
