/** Status pages that are open: each asks what the page's script asks, when that asks it, on connections of its own. */
import { setMaxListeners } from 'node:events';
import { constants, setPriority } from 'node:os';
import { Pool } from 'undici';
import type { PagesOrder, PagesReport } from './messages.ts';

/** As in src/http/page/page.js. */
const PACE = 3_000;
const SLOW = 30_000;
const EACH = 15;
const SCALED_OBJECTS = 10_000;
/** What a browser has to one server. */
const CONNECTIONS = 6;

// In truth they are on other machines, and take no time away from the server.
setPriority(constants.priority.PRIORITY_LOW);

let pages: Page[] = [];
let requests = 0;
let events = 0;

class Page {
  readonly #pool: Pool;
  readonly #over = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #tenants = this.#paced('/api/tenants?page=1&size=50', () => PACE);
  readonly #sources = this.#paced('/api/sources', () => PACE);

  constructor(httpPort: number) {
    setMaxListeners(0, this.#over.signal);
    this.#pool = new Pool(`http://127.0.0.1:${httpPort}`, { connections: CONNECTIONS });
  }

  /** Resolves when all that is shown has been read. */
  async open(): Promise<void> {
    const page = await this.#read('/');
    const [, script = ''] = /src="([^"]+)"/.exec(page) ?? [];
    await Promise.all([this.#read('/page/page.css'), this.#readScripts(`/${script}`, new Set())]);
    await this.#listen();
    await Promise.all(
      ['/api/tenants?page=1&size=50', '/api/sources', '/api/scaledobjects'].map((path) =>
        this.#read(path),
      ),
    );
    // Pages were opened at different times.
    this.#every(SLOW, () => {
      this.#tenants();
      this.#sources();
    });
    this.#every(SLOW + EACH * SCALED_OBJECTS, () => void this.#read('/api/scaledobjects'));
  }

  async close(): Promise<void> {
    this.#over.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#pool.destroy();
  }

  async #readScripts(path: string, known: Set<string>): Promise<void> {
    known.add(path);
    const text = await this.#read(path);
    const imports = [...text.matchAll(/from '\.\/([^']+)'/g)].map(([, name]) => `/page/${name}`);
    const others = imports.filter((other) => !known.has(other));
    for (const other of others) known.add(other);
    await Promise.all(others.map((other) => this.#readScripts(other, known)));
  }

  /** The events, from the first that is kept. */
  async #listen(): Promise<void> {
    const headers = { accept: 'text/event-stream', 'last-event-id': '0' };
    const { body } = await this.#ask('/api/events', headers);
    body.on('error', () => undefined);
    body.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      const transitions = text.split('event: transition').length - 1;
      events += transitions;
      if (transitions > 0) this.#tenants();
    });
  }

  async #read(path: string): Promise<string> {
    try {
      const { body, statusCode } = await this.#ask(path, { accept: 'application/json' });
      if (statusCode !== 200) throw new Error(`${path} was answered ${statusCode}`);
      // Text is needed of the scripts alone; to parse the rest is work for other machines.
      if (!path.startsWith('/api/')) return await body.text();
      await body.arrayBuffer();
    } catch (error) {
      if (!this.#over.signal.aborted) throw error;
    }
    return '';
  }

  #ask(path: string, headers: Record<string, string>) {
    requests++;
    return this.#pool.request({ path, method: 'GET', headers, signal: this.#over.signal });
  }

  /** Never two at a time, pauses between two; several requests meanwhile are one. */
  #paced(path: string, pause: () => number): () => void {
    let isBusy = false;
    let isWanted = false;
    const next = async (): Promise<void> => {
      isWanted = false;
      isBusy = true;
      await this.#read(path);
      this.#later(pause() * (0.75 + Math.random() / 2), () => {
        isBusy = false;
        if (isWanted) void next();
      });
    };
    return () => {
      isWanted = true;
      if (!isBusy) void next();
    };
  }

  #every(ms: number, run: () => void): void {
    const again = (): void => {
      run();
      this.#later(ms, again);
    };
    this.#later(Math.random() * ms, again);
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#over.signal.aborted) run();
    }, ms);
    this.#timers.add(timer);
  }
}

function report(message: PagesReport): void {
  process.send?.(message);
}

process.on('message', (order: PagesOrder) => {
  if (order.do === 'open') {
    [requests, events] = [0, 0];
    pages = Array.from({ length: order.pages }, () => new Page(order.httpPort));
    void Promise.all(pages.map((page) => page.open())).then(() => {
      report({ is: 'loaded' });
    });
  } else {
    void Promise.all(pages.map((page) => page.close())).then(() => {
      report({ is: 'closed', requests, events });
    });
  }
});
process.on('disconnect', () => {
  process.exit(0);
});
