import { defer, map, type Observable } from 'rxjs';
import { unparsed, type Parsed } from '../../core/parsed.ts';
import { watchFile, type FileReading, type WatchFileOptions } from '../../files/watch-file.ts';

/** What a watched file says, or why that is not known. */
export type FileAnswer<T> =
  /** The very same object as before where the content is as before. */
  | { readonly ok: true; readonly value: T }
  /** `missing`: there is no file; otherwise there is one that can't be read or understood. */
  | { readonly ok: false; readonly problem: string; readonly missing: boolean };

/**
 * Watches a file and decodes it, each content once. `decode` may throw; that is a problem as others are.
 *
 * Emits after every read. Never errors, never completes.
 */
export function watchDecoded<T>(
  path: string,
  options: WatchFileOptions,
  decode: (bytes: Buffer) => Parsed<T>,
): Observable<FileAnswer<T>> {
  return defer(() => {
    let last: { readonly bytes: Buffer; readonly answer: FileAnswer<T> } | undefined;
    const toAnswer = (reading: FileReading): FileAnswer<T> => {
      if (reading.kind === 'unreadable') {
        return { ok: false, problem: reading.reason, missing: reading.missing };
      }
      const { bytes } = reading;
      if (last?.bytes !== bytes) last = { bytes, answer: decodeSafely(bytes, decode) };
      return last.answer;
    };
    return watchFile(path, options).pipe(map(toAnswer));
  });
}

function decodeSafely<T>(bytes: Buffer, decode: (bytes: Buffer) => Parsed<T>): FileAnswer<T> {
  try {
    const decoded = decode(bytes);
    return decoded.ok ? decoded : { ...decoded, missing: false };
  } catch (error) {
    return { ...unparsed(`it can't be understood: ${String(error)}`), missing: false };
  }
}
