import {
  Subject,
  auditTime,
  connect,
  defer,
  distinctUntilChanged,
  forkJoin,
  ignoreElements,
  interval,
  map,
  merge,
  of,
  retry,
  switchMap,
  tap,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import type { Millis } from '../core/time.ts';
import { conflateMapTo } from './conflate-map-to.ts';
import { findVantage, sameVantage, type Vantage } from './find-vantage.ts';
import { readFile, type FileReading } from './read-file.ts';
import { watchDirectory } from './watch-directory.ts';

export type { FileReading } from './read-file.ts';

export interface WatchFileOptions {
  /** How often the file is read again although nothing was noticed. */
  readonly recheck?: Millis;
}

const RECHECK: Millis = 30_000;

/** How long further hints are waited for: whoever replaces a file makes several changes. */
const BURST: Millis = 50;

interface Look {
  readonly reading: FileReading;
  readonly vantage: Vantage;
}

/**
 * Reads a file at once, whenever it may have changed, and from time to time.
 *
 * Emits what every single read gave, in order; where the bytes are what they were, the very same Buffer.
 * Never errors, never completes: what goes wrong is `unreadable`, and it goes on trying.
 *
 * Made for a mounted ConfigMap or Secret: what is watched is the directory, or the nearest one above it
 * that exists, and any event there is only a hint to read again. Where the system can't watch, and where
 * a link leads to a file in another directory, a change is found by `recheck`.
 */
export function watchFile(
  path: string,
  { recheck = RECHECK }: WatchFileOptions = {},
): Observable<FileReading> {
  return defer(() => {
    // A loop: where the file is looked for decides what is watched, which says when to look again.
    const hint$ = new Subject<void>();
    const occasion$ = merge(of(undefined), interval(recheck), hint$.pipe(auditTime(BURST)));
    return occasion$.pipe(
      conflateMapTo(look(path)),
      connect((shared$) =>
        merge(
          shared$.pipe(
            map(({ reading }) => reading),
            reusingBuffers(),
          ),
          hints(shared$, recheck).pipe(tap(hint$), ignoreElements()),
        ),
      ),
    );
  });
}

function look(path: string): Observable<Look> {
  return defer(() => forkJoin({ reading: readFile(path), vantage: findVantage(path) }));
}

/** Hints from where the file can be watched; none while it can't, until a watch is tried again. */
function hints(look$: Observable<Look>, recheck: Millis): Observable<void> {
  return look$.pipe(
    map(({ vantage }) => vantage),
    distinctUntilChanged(sameVantage),
    switchMap(({ directory, entry }) =>
      watchDirectory(directory, entry).pipe(retry({ delay: recheck })),
    ),
  );
}

function reusingBuffers(): MonoTypeOperatorFunction<FileReading> {
  return (reading$) =>
    defer(() => {
      let latest: (FileReading & { kind: 'content' }) | undefined;
      return reading$.pipe(
        map((reading) => {
          if (reading.kind === 'unreadable') return reading;
          if (latest?.bytes.equals(reading.bytes) !== true) latest = reading;
          return latest;
        }),
      );
    });
}
