import {
  EMPTY,
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
  timer,
  type Observable,
} from 'rxjs';
import type { Millis } from '../core/time.ts';
import { Attention } from './attention.ts';
import { conflateMapTo } from './conflate-map-to.ts';
import { FileMemory, type FileLook } from './file-memory.ts';
import { findVantage, sameVantage, type Vantage } from './find-vantage.ts';
import { SETTLE, readFile } from './read-file.ts';
import { watchDirectory } from './watch-directory.ts';

export type { FileLook } from './file-memory.ts';

export interface WatchFileOptions {
  /** How often the file is read again although nothing was noticed. */
  readonly recheck?: Millis;
  /** The same where the system does not tell of changes, unless `recheck` is less. */
  readonly poll?: Millis;
  /** For how long a file must stay the same before it is believed. */
  readonly settle?: Millis;
  /** Told once that the system does not tell of changes, and what to do. */
  readonly noticed?: (problem: string) => void;
}

/** How often a file is read again, unless the options say otherwise. */
export const RECHECK: Millis = 30_000;
const POLL: Millis = 5_000;

/**
 * How many times as long as for the file to settle its end is waited for where it may be missing. Then the
 * file is as it was meant, if that can be.
 */
const CUT_FOR = 10;

/** How long further hints are waited for: whoever replaces a file makes several changes. */
const BURST: Millis = 50;

/**
 * Reads a file at once, whenever it may have changed, and from time to time.
 *
 * Emits what every single read gave, in order; where the bytes are what they were, the very same Buffer.
 * Never errors, never completes: what goes wrong is `unreadable`, and it goes on trying.
 *
 * Made for a mounted ConfigMap or Secret: what is watched is the directory, or the nearest one above it
 * that exists, and any event there is only a hint to read again. Where the system does not tell of changes,
 * the file is read every 5 s.
 *
 * @param again$ the file is to be read now, by a reading that begins after this, changed or not
 */
export function watchFile(
  path: string,
  options: WatchFileOptions = {},
  again$: Observable<unknown> = EMPTY,
): Observable<FileLook> {
  const { recheck = RECHECK, poll = POLL, settle = SETTLE, noticed = () => undefined } = options;
  const often = Math.min(poll, recheck);
  return defer(() => {
    const memory = new FileMemory();
    const attention = new Attention((problem) => {
      noticed(`${problem}; it is read every ${often / 1000} s`);
    });
    const recheck$ = attention.isDoubtful$.pipe(
      switchMap((isDoubtful) => interval(isDoubtful ? often : recheck)),
    );
    // A loop: where the file is looked for decides what is watched, which says when to look again.
    const hint$ = new Subject<void>();
    const occasion$ = merge(of(undefined), again$, recheck$, hint$.pipe(auditTime(BURST)));
    return occasion$.pipe(
      conflateMapTo(see(path, settle, memory, attention)),
      connect((sight$) =>
        merge(
          sight$.pipe(map(({ look }) => look)),
          merge(hints(sight$, attention, often), ends(sight$, memory, settle * CUT_FOR)).pipe(
            tap(() => {
              hint$.next();
            }),
            ignoreElements(),
          ),
        ),
      ),
    );
  });
}

interface Sight {
  readonly look: FileLook;
  readonly vantage: Vantage;
}

function see(
  path: string,
  settle: Millis,
  memory: FileMemory,
  attention: Attention,
): Observable<Sight> {
  return defer(() =>
    forkJoin({
      reading: readFile(path, { settle, known: memory.stamp }),
      vantage: findVantage(path),
    }),
  ).pipe(
    map(({ reading, vantage }) => {
      const { look, hasChanged } = memory.take(reading);
      attention.looked(hasChanged);
      return { look, vantage };
    }),
  );
}

/** Hints from where the file can be watched; none while it can't, until a watch is tried again. */
function hints(
  sight$: Observable<Sight>,
  attention: Attention,
  delay: Millis,
): Observable<unknown> {
  return sight$.pipe(
    map(({ vantage }) => vantage),
    distinctUntilChanged(sameVantage),
    switchMap(({ directory, entry }) =>
      watchDirectory(directory, entry).pipe(
        tap({
          next: () => {
            attention.told();
          },
          error: (error: unknown) => {
            attention.failed(error);
          },
        }),
        retry({ delay }),
      ),
    ),
  );
}

/** The end of the time in which the end of a file may follow that was cut. */
function ends(sight$: Observable<Sight>, memory: FileMemory, delay: Millis): Observable<unknown> {
  return sight$.pipe(
    map(({ look }) => (look.kind === 'content' && look.cut ? look.bytes : undefined)),
    distinctUntilChanged(),
    switchMap((cut) => (cut === undefined ? EMPTY : timer(delay))),
    tap(() => {
      memory.trust();
    }),
  );
}
