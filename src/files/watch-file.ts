import type { Observable } from 'rxjs';
import type { Millis } from '../core/time.ts';

/** What reading a file gave. */
export type FileReading =
  | { readonly kind: 'content'; readonly bytes: Buffer }
  /** `missing`: there is no such file or directory; otherwise it is there but can't be read. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly missing: boolean };

export interface WatchFileOptions {
  /** How often the file is read again although nothing was noticed. */
  readonly recheck?: Millis;
}

export declare function watchFile(path: string, options?: WatchFileOptions): Observable<FileReading>;
