import { parsed, unparsed, type Parsed } from '../../core/parsed.ts';
import { createFreshFile } from './fresh-file.ts';

/** What a header can carry without being taken apart. */
const TOKEN = /^[\x21-\x7e]+$/;

/** Where requests get their token from. */
export interface BearerToken {
  /** The token as of now, or why there is none: a request without it is not to be sent. */
  read(): Promise<Parsed<string>>;
}

/**
 * The token in a file, without the white space around it. Problems never quote it.
 *
 * @param name how problems call the file
 */
export function createBearerToken(
  path: string,
  name = 'licenseService.bearerTokenFile',
): BearerToken {
  const file = createFreshFile(name, path);
  return {
    async read() {
      const content = await file.read();
      if (!content.ok) return content;
      const token = content.value.toString('utf8').trim();
      if (token === '') return unparsed(`${name} ${path} is empty`);
      if (TOKEN.test(token)) return parsed(token);
      return unparsed(`${name} ${path} holds more than a token: white space or special characters`);
    },
  };
}
