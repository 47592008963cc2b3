/** A reader of server-sent events, for tests. */

export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** An open `/api/events`. */
export class EventStream {
  readonly events: ServerEvent[] = [];
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest = '';

  private constructor(reader: ReadableStreamDefaultReader<Uint8Array>) {
    this.#reader = reader;
  }

  static async open(
    port: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<EventStream> {
    const response = await fetch(`http://127.0.0.1:${port}/api/events`, { headers });
    const stream = new EventStream(response.body!.getReader());
    await stream.until(({ event }) => event === 'hello');
    return stream;
  }

  /** Reads on until there is such an event among all that came. */
  async until(holds: (event: ServerEvent) => boolean): Promise<ServerEvent> {
    for (;;) {
      const found = this.events.find(holds);
      if (found !== undefined) return found;
      const { value, done } = await this.#reader.read();
      if (done) throw new Error('the server ended the events');
      this.#take(new TextDecoder().decode(value));
    }
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      const data = fields.get('data');
      if (data === undefined) continue;
      this.events.push({
        id: fields.get('id') ?? '',
        event: fields.get('event') ?? '',
        data: JSON.parse(data) as Record<string, unknown>,
      });
    }
  }
}
