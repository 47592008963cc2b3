/** What the side port is asked, and what it answers. */
import type { ServerResponse } from 'node:http';

/** One request: GET or HEAD of a path. */
export interface Asked {
  readonly query: URLSearchParams;
  /** @param name in lower case */
  readonly header: (name: string) => string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  /** Over those that every answer has; several lines of one as a list. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** An answer that goes on as long as the client listens. */
export interface Stream {
  readonly headers: Readonly<Record<string, string>>;
  /** Takes the response over, whose head is written. */
  readonly stream: (response: ServerResponse) => void;
}

/** Answers GET and HEAD of one path. */
export type Route = (asked: Asked) => Answer | Stream | Promise<Answer | Stream>;

/** Finds the route of a path; undefined where there is none. */
export type FindRoute = (path: string) => Route | undefined;

/** An answer in plain text, of one line. */
export function text(status: number, line: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${line}\n` };
}

/** An answer in JSON. */
export function json(status: number, value: unknown): Answer {
  return jsonText(status, JSON.stringify(value));
}

/** An answer of what is JSON already. */
export function jsonText(status: number, body: string | Buffer): Answer {
  return { status, type: 'application/json; charset=utf-8', body };
}
