/** HTTP as bytes: what an honest license service sends, and what faults are made of. */
import { STATUS_CODES } from 'node:http';
import type { Piece, Reply } from './server-end.ts';

/** An answer before it is bytes. */
export interface Message {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Called when all of it was sent; undefined: it is not what an honest service says. */
  readonly sent?: (() => void) | undefined;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const NOTHING: Readonly<Record<string, string>> = {};

export function json(value: unknown, status = 200, headers = NOTHING): Message {
  return { status, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(value) };
}

export function text(body: string, status = 200, type = 'text/plain', headers = NOTHING): Message {
  return { status, headers: { 'content-type': type, ...headers }, body };
}

/** The message as bytes, its length declared. */
export function toReply(message: Message, then: Reply['then'] = 'keep'): Reply {
  return {
    pieces: [{ after: 0, bytes: headOf(message) + message.body }],
    then,
    sent: message.sent,
  };
}

/** The message in pieces, one every so many milliseconds. */
export function inPieces(message: Message, count: number, after: number): Reply {
  const size = Math.ceil(message.body.length / count);
  const parts = Array.from({ length: count }, (_, index): Piece => {
    return { after, bytes: message.body.slice(index * size, (index + 1) * size) };
  });
  const pieces = [
    { after: 0, bytes: headOf(message) },
    ...parts.filter(({ bytes }) => bytes.length > 0),
  ];
  return { pieces, then: 'keep', sent: message.sent };
}

/** The first bytes of the message, and then this. One without a body is whole with its head. */
export function cutOff(message: Message, length: number, then: Reply['then']): Reply {
  const whole = headOf(message) + message.body;
  const bytes = whole.slice(0, length);
  const sent = bytes === whole ? message.sent : undefined;
  return { pieces: bytes === '' ? [] : [{ after: 0, bytes }], then, sent };
}

/** In chunks, without the last one, which says that it was all. */
export function withoutLastChunk({ status, headers, body }: Message): Reply {
  const head = lines(status, { ...headers, 'transfer-encoding': 'chunked' });
  const chunk = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`;
  return { pieces: [{ after: 0, bytes: head + chunk }], then: 'end' };
}

function headOf({ status, headers, body }: Message): string {
  return lines(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
}

function lines(status: number, headers: Readonly<Record<string, string>>): string {
  const all = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${all.join('')}\r\n`;
}

/** How many bytes the message has up to its body. */
export function headLength(message: Message): number {
  return headOf(message).length;
}
