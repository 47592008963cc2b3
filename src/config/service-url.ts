/** The two halves of a license service's address: the URL, and the path that is put behind it. */
import { parsed, quote, unparsed, type Parsed } from '../core/parsed.ts';

export const TENANT_PLACEHOLDER = '{tenantId}';

/** What a URL looks like, for people. */
export const A_URL =
  'an http or https URL such as http://licenses.default.svc.cluster.local:8080, without credentials, query or fragment';

/**
 * Parses the URL of a license service. Without credentials, because this file is no place for secrets;
 * without query and fragment, because a path is put behind it. A slash at its end is taken away.
 *
 * No problem quotes a part of the URL that might be a secret.
 */
export function parseServiceUrl(text: string): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const found = /[@?#]/.test(text) ? 'is a text that is not shown' : `is ${quote(text)}`;
    return unparsed(`${found}, allowed is ${A_URL}`);
  }
  if (url.username !== '' || url.password !== '') {
    return unparsed(
      'holds credentials, which do not belong in it: put the token in a file and give licenseService.bearerTokenFile',
    );
  }
  if (/[?#]/.test(text)) {
    return unparsed(
      'has a query or fragment, which do not belong in it: a query is given with licenseService.path',
    );
  }
  return parsed(`${url.origin}${url.pathname.replace(/\/+$/, '')}`);
}

/** What a path looks like, as a regular expression for JSON Schema. */
export const PATH_PATTERN = '^/[^\\s#]*$';

/** What a path looks like, for people. */
export const A_PATH = `a path that starts with /, with ${TENANT_PLACEHOLDER} in mode per-tenant and without in mode list`;

/** Parses the path behind the URL, whatever the mode. */
export function parseServicePath(text: string): Parsed<string> {
  const rest = text.replaceAll(TENANT_PLACEHOLDER, '');
  if (/^\/[!-~]*$/.test(text) && !/[{}#]/.test(rest)) return parsed(text);
  return unparsed(`is ${quote(text)}, allowed is ${A_PATH}`);
}
