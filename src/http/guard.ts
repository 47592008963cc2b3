import { createHash, timingSafeEqual } from 'node:crypto';
import type { Parsed } from '../core/parsed.ts';
import { json, type Answer, type Asked, type Route } from './answer.ts';

/** The token that is required as of now, or why it can't be told. */
export type ReadToken = () => Promise<Parsed<string>>;

/**
 * A route that answers only who shows the token: as `Bearer`, or as the password of `Basic` with any user
 * name, which is what a browser can ask a person for. While the token can't be read nobody is answered.
 *
 * @param onTrouble is told why the token can't be read
 */
export function guarded(
  route: Route,
  readToken: ReadToken,
  onTrouble: (problem: string) => void,
): Route {
  return async (asked) => {
    const token = await readToken();
    if (!token.ok) {
      onTrouble(token.problem);
      return json(503, { error: 'http.tokenFile is of no use, see the log of license-scaler' });
    }
    return isSame(shownBy(asked), token.value) ? route(asked) : unauthorized();
  };
}

function unauthorized(): Answer {
  const error = 'the token of http.tokenFile is required: as Bearer, or as the password of Basic';
  return {
    ...json(401, { error }),
    // A line for each: Chromium does not ask anybody where it finds the two in one.
    headers: { 'www-authenticate': ['Basic realm="license-scaler", charset="UTF-8"', 'Bearer'] },
  };
}

function shownBy({ header }: Asked): string {
  const [, scheme = '', credentials = ''] =
    /^(\S+) +(\S+)$/.exec(header('authorization') ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() !== 'basic') return '';
  const pair = Buffer.from(credentials, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

/** Takes as long whether they differ at the beginning, at the end or in length. */
function isSame(shown: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(shown), digest(token));
}
