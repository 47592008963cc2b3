/** A server stream, as far as it can be ended. */
export interface Endable {
  end(): void;
}

/** Ended in one turn of the event loop; more would block it while the last ones wait. */
const SHARE = 200;

/** The streams that are open, so that a stop can end them with status OK. */
export class OpenStreams {
  readonly #streams = new Set<Endable>();
  #isStopping = false;

  get size(): number {
    return this.#streams.size;
  }

  /** Whether streams are being ended by this server. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** A stream that comes while the others are being ended is ended as well. */
  add(stream: Endable): void {
    this.#streams.add(stream);
    if (this.#isStopping) stream.end();
  }

  delete(stream: Endable): void {
    this.#streams.delete(stream);
  }

  /** Ends every stream with status OK: KEDA reconnects soonest then. */
  async endAll(): Promise<void> {
    this.#isStopping = true;
    const streams = [...this.#streams];
    for (let done = 0; done < streams.length; done += SHARE) {
      for (const stream of streams.slice(done, done + SHARE)) stream.end();
      await new Promise(setImmediate);
    }
  }
}
