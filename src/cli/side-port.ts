/** How a command asks the API of a running license-scaler. */
import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { request, type Dispatcher } from 'undici';
import { messageOf, OperatorError } from '../core/operator-error.ts';
import { isRecord, type Parsed, parsed, unparsed } from '../core/parsed.ts';
import type { Millis } from '../core/time.ts';
import { printable } from './palette.ts';

export interface SidePortOptions {
  readonly url: URL;
  readonly tokenFile?: string;
}

const HERE = 'http://127.0.0.1:8080';

/** Adds the options that say where the API is, and with what token. */
export function addSidePortOptions(command: Command): Command {
  return command
    .option('-u, --url <url>', 'where license-scaler serves HTTP', toUrl, new URL(HERE))
    .option('-t, --token-file <file>', 'the token that http.tokenFile requires');
}

interface Asking {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long nothing may come, before the answer and in between. */
  readonly patience?: Millis;
}

/**
 * Asks for a path of the API.
 *
 * @returns the answer's body, as it comes
 * @throws OperatorError where it can't be reached or answers anything but 200: with the server's words
 */
export async function ask(
  { url, tokenFile }: SidePortOptions,
  path: string,
  { signal, headers, patience = 10_000 }: Asking = {},
): Promise<Dispatcher.ResponseData['body']> {
  const at = new URL(`${url.pathname.replace(/\/$/, '')}${path}`, url);
  const authorization =
    tokenFile === undefined ? {} : { authorization: `Bearer ${await readToken(tokenFile)}` };
  const { statusCode, body } = await request(at, {
    headers: { ...headers, ...authorization },
    headersTimeout: patience,
    bodyTimeout: patience,
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    throw new OperatorError(`${at.href} can't be reached: ${messageOf(error)}`, { cause: error });
  });
  if (statusCode === 200) return body;
  throw new RefusalError(
    `${at.href} answered ${statusCode}: ${explain(statusCode, await body.text())}`,
  );
}

/** It was reached, and said no: to ask again is of no use. */
export class RefusalError extends OperatorError {}

function explain(statusCode: number, text: string): string {
  const answer = parseJson(text);
  const said = answer.ok && isRecord(answer.value) ? answer.value['error'] : undefined;
  if (typeof said === 'string') return printable(said);
  const hint = statusCode === 404 ? '; is http.api false there, or is it not license-scaler?' : '';
  return `${printable(text.trim().slice(0, 200))}${hint}`;
}

/** Reads JSON that somebody else wrote. */
export function parseJson(text: string): Parsed<unknown> {
  try {
    return parsed(JSON.parse(text) as unknown);
  } catch (error) {
    return unparsed(`is no JSON: ${messageOf(error)}`);
  }
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new OperatorError(`can't read ${file}: ${messageOf(error)}`, { cause: error });
  }
}

function toUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError(`Give it as a URL, for example ${HERE}.`);
  }
  if (url.username === '' && url.password === '') return url;
  throw new InvalidArgumentError('Give the token by --token-file, not in the URL.');
}
