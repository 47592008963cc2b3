/** The address of the proxy by which a license service is asked. */
import { parsed, quote, unparsed, type Parsed } from '../core/parsed.ts';

/** What it looks like, for people. */
export const A_PROXY =
  'an http or https URL such as http://proxy:3128, without credentials and path, or none (no proxy, whatever the environment says)';

/**
 * Parses the URL of a proxy. Without credentials, because this file is no place for secrets.
 *
 * No problem quotes a part of the URL that might be a secret.
 */
export function parseProxyUrl(text: string): Parsed<string> {
  if (text === 'none') return parsed(text);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (text.includes('@')) {
    return unparsed(
      'holds credentials, which do not belong in it: give the whole URL as HTTPS_PROXY and HTTP_PROXY, in variables that come from a Secret',
    );
  }
  const isBare = url?.pathname === '/' && /^https?:$/.test(url.protocol) && !/[?#]/.test(text);
  if (isBare) return parsed(url.origin);
  return unparsed(
    `is ${/[?#]/.test(text) ? 'a text that is not shown' : quote(text)}, allowed is ${A_PROXY}`,
  );
}
