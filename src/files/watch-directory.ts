import { join } from 'node:path';
import { watch } from 'chokidar';
import { Observable } from 'rxjs';

/**
 * Hints that something in a directory may have changed: the directory itself, its links or its files. The
 * first one comes when the watch is in place: what changed before it was not seen.
 *
 * Never completes; errors where the directory can't be watched, such as by lack of inotify watches.
 *
 * @param directory its real path: a link is not followed
 * @param entry the name in it that matters most; its other files are not watched one by one, so that
 * watching costs the same however many there are
 */
export function watchDirectory(directory: string, entry: string): Observable<void> {
  return new Observable((subscriber) => {
    const watched = [directory, join(directory, entry)];
    const watcher = watch(directory, {
      // Watching the file itself went silent after three quick swaps of a mounted ConfigMap.
      depth: 0,
      followSymlinks: false,
      ignoreInitial: true,
      ignored: (path) => !watched.includes(path),
      // Otherwise watches of the same path share one handle, and a directory that is deleted and created
      // again is not seen any more by either of two: each joins the dead handle that the other one holds.
      persistent: false,
      // Otherwise paths that look like an editor's are passed over, and deletions come late.
      atomic: false,
    });
    const hint = (): void => {
      subscriber.next();
    };
    // `raw` is what the system says; `all` drops what follows within 50 ms, the last change too.
    watcher.on('raw', hint).on('all', hint).on('ready', hint);
    watcher.on('error', (error) => {
      subscriber.error(error);
    });
    return () => {
      void watcher.close();
    };
  });
}
