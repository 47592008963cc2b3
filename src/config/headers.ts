import { parsed, unparsed, type Parsed } from '../core/parsed.ts';

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What the value of a header looks like, as a regular expression for JSON Schema. */
export const HEADER_VALUE_PATTERN = '^[\\t\\u0020-\\u007e\\u0080-\\u00ff]*$';

const VALUE = new RegExp(HEADER_VALUE_PATTERN);

const SECRET = new Set(['authorization', 'proxy-authorization']);

/** Headers that the client itself sets, or that mean something to the connection. */
const RESERVED = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'if-none-match',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Checks one header; of a value only what is text. No problem quotes it, for it may be a secret. */
export function checkHeader(name: string, value: unknown): Parsed<unknown> {
  if (!NAME.test(name)) return unparsed('is no name of an HTTP header');
  if (SECRET.has(name.toLowerCase())) {
    return unparsed(
      'is a secret, which does not belong here: put the token in a file and give licenseService.bearerTokenFile',
    );
  }
  if (RESERVED.has(name.toLowerCase())) return unparsed('is set by license-scaler itself');
  if (typeof value === 'string' && !VALUE.test(value)) {
    return unparsed('has a value that is not shown here, allowed is one line of Latin-1 text');
  }
  return parsed(value);
}
