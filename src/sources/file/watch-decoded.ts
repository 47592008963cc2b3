import { defer, map, type Observable } from 'rxjs';
import { unparsed, type Parsed } from '../../core/parsed.ts';
import type { Instant } from '../../core/time.ts';
import { watchFile, type FileLook, type WatchFileOptions } from '../../files/watch-file.ts';

/** What a watched file says, or why that is not known. */
export type FileAnswer<T> =
  | {
      readonly ok: true;
      /** The very same object as before where the content is as before. */
      readonly value: T;
      /** When the reading began. */
      readonly at: Instant;
      /** Whether its end may be missing, so that nobody is missing from it for good. */
      readonly cut: boolean;
    }
  /** `missing`: there is no file; otherwise there is one that can't be read or understood. */
  | { readonly ok: false; readonly problem: string; readonly missing: boolean };

/**
 * Watches a file and decodes it, each content once. `decode` may throw; that is a problem as others are.
 *
 * Emits after every read. Never errors, never completes.
 *
 * @param again$ the file is to be read now, by a reading that begins after this, changed or not
 */
export function watchDecoded<T>(
  path: string,
  options: WatchFileOptions,
  decode: (bytes: Buffer) => Parsed<T>,
  again$: Observable<unknown>,
): Observable<FileAnswer<T>> {
  return defer(() => {
    let last: { readonly bytes: Buffer; readonly decoded: Parsed<T> } | undefined;
    const toAnswer = (look: FileLook): FileAnswer<T> => {
      if (look.kind === 'unreadable') {
        return { ok: false, problem: look.reason, missing: look.missing };
      }
      const { bytes, at, cut } = look;
      if (last?.bytes !== bytes) last = { bytes, decoded: decodeSafely(bytes, decode) };
      const { decoded } = last;
      return decoded.ok ? { ...decoded, at, cut } : { ...decoded, missing: false };
    };
    return watchFile(path, options, again$).pipe(map(toAnswer));
  });
}

function decodeSafely<T>(bytes: Buffer, decode: (bytes: Buffer) => Parsed<T>): Parsed<T> {
  try {
    return decode(bytes);
  } catch (error) {
    return unparsed(`it can't be understood: ${String(error)}`);
  }
}
