import { readFile, stat } from 'node:fs/promises';
import { parsed, unparsed, type Parsed } from '../../core/parsed.ts';
import { describeError } from './describe-error.ts';

/** A small file, such as a token or a certificate, that others replace while this program runs. */
export interface FreshFile {
  /**
   * Its content as of now: the same Buffer as the last time where the file did not change. Costs a
   * `stat`, for no event tells of kubelet's symlink swap in time for the next request.
   */
  read(): Promise<Parsed<Buffer>>;
}

/** @param name how problems call the file: `licenseService.caFile` */
export function createFreshFile(name: string, path: string): FreshFile {
  let last: { readonly stamp: string; readonly content: Buffer } | undefined;

  async function readAnew(stamp: string): Promise<Buffer> {
    const content = await readFile(path);
    last = { stamp, content };
    return content;
  }

  return {
    async read() {
      try {
        // The stamp is taken first: a file that is replaced in between is read once more.
        const stamp = await stampOf(path);
        return parsed(stamp === last?.stamp ? last.content : await readAnew(stamp));
      } catch (error) {
        return unparsed(`${name} ${path} can't be read: ${describeError(error)}`);
      }
    },
  };
}

async function stampOf(path: string): Promise<string> {
  const { mtimeMs, ctimeMs, ino, size } = await stat(path);
  return [mtimeMs, ctimeMs, ino, size].join(' ');
}
