/**
 * The events of the server, as they happen. Read with fetch rather than with EventSource, for three things
 * that an EventSource can't: ask for the history by Last-Event-ID at the first connection, see the
 * comments that tell a silent connection from a dead one, and go on after an answer that is not 200.
 *
 * Every connection asks for all that is kept, not only for what was missed: a server that was started anew
 * counts from the beginning again, and what it did since could not be told from what was seen before.
 */

/** @typedef {{ event: string, data: string }} Message */

/**
 * @typedef {object} Listener
 * @property {() => void} onOpen is told that a connection stands; what was shown may be out of date
 * @property {(message: Message) => void} onMessage
 * @property {(why: string) => void} onLost is told, at each vain attempt, that nothing is live
 */

/** The server sends a comment every 15 s: two may be late. */
const SILENCE = 40_000;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15_000;

/**
 * Listens for good.
 *
 * @param {string} path
 * @param {Listener} listener
 */
export async function listen(path, listener) {
  for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    const silence = new AbortController();
    try {
      const body = await open(path, silence);
      wait = FIRST_WAIT / 2;
      listener.onOpen();
      await read(body, silence, listener.onMessage);
      listener.onLost('the server ended the connection');
    } catch (error) {
      listener.onLost(reasonOf(error, silence.signal));
    }
    await pause(wait);
  }
}

/**
 * @param {string} path
 * @param {AbortController} silence
 */
async function open(path, silence) {
  const timer = setTimeout(() => {
    silence.abort();
  }, SILENCE);
  const headers = { accept: 'text/event-stream', 'last-event-id': '0' };
  const { ok, status, body } = await fetch(path, {
    headers,
    cache: 'no-store',
    signal: silence.signal,
  });
  clearTimeout(timer);
  if (!ok || body === null) throw new Error(`the server answers ${status}`);
  return body;
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {AbortController} silence
 * @param {(message: Message) => void} onMessage
 */
async function read(body, silence, onMessage) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parse = createParser(onMessage);
  for (;;) {
    const timer = setTimeout(() => {
      silence.abort();
    }, SILENCE);
    const { done, value } = await reader.read();
    clearTimeout(timer);
    if (done) return;
    parse(decoder.decode(value, { stream: true }));
  }
}

/**
 * A parser of server-sent events, that is fed piece by piece.
 *
 * @param {(message: Message) => void} onMessage
 * @returns {(piece: string) => void}
 */
export function createParser(onMessage) {
  let rest = '';
  let fields = /** @type {Map<string, string>} */ (new Map());
  return (piece) => {
    const lines = (rest + piece).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        const data = fields.get('data');
        if (data !== undefined) onMessage({ event: fields.get('event') ?? 'message', data });
        fields = new Map();
      } else if (!line.startsWith(':')) {
        const [, name = line, value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
        const before = name === 'data' ? fields.get('data') : undefined;
        fields.set(name, before === undefined ? value : `${before}\n${value}`);
      }
    }
  };
}

/**
 * @param {unknown} error
 * @param {AbortSignal} silence
 */
function reasonOf(error, silence) {
  if (silence.aborted) return 'the server is silent';
  if (error instanceof TypeError) return 'the server can’t be reached';
  return error instanceof Error ? error.message : String(error);
}

/**
 * A pause with some chance in it, so that many pages do not come back at once; over at once when the
 * machine is online again or somebody looks at the page.
 *
 * @param {number} millis
 * @returns {Promise<void>}
 */
function pause(millis) {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      over.abort();
      resolve();
    };
    const timer = setTimeout(end, millis * (0.75 + Math.random() / 2));
    window.addEventListener('online', end, { signal: over.signal });
    document.addEventListener('visibilitychange', end, { signal: over.signal });
  });
}
