import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { defer, first, map, repeat, type Observable } from 'rxjs';
import type { Instant, Millis } from '../core/time.ts';

/** What reading a file gave. */
export type FileReading =
  | { readonly kind: 'content'; readonly bytes: Buffer }
  /** `missing`: there is no such file or directory; otherwise it is there but can't be read. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly missing: boolean };

/** The largest file that is read, in bytes: 64 MiB. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A file that was written to more recently than this may be half-written. */
const QUIET: Millis = 100;

/** How long a file is waited for before it is given up as one that is written to all the time. */
const PATIENCE: Millis = 2000;

/** Tells the time that files are dated with. */
type Clock = () => Instant;

interface Attempt {
  readonly reading: FileReading;
  readonly settled: boolean;
}

/**
 * Reads a file once it has been left alone for 100 ms: half a list of licenses in YAML is a list of
 * licenses too, and the other half would be taken for gone.
 *
 * Emits once and never errors. A file that is not left alone for 2 s is unreadable, and so is one of more
 * than 64 MiB.
 */
export function readFile(
  path: string,
  now: Clock = Date.now,
  patience: Millis = PATIENCE,
): Observable<FileReading> {
  return defer(() => attempt(path, now)).pipe(
    repeat({ count: Math.ceil(patience / QUIET), delay: QUIET }),
    first(({ settled }) => settled, restless(patience)),
    map(({ reading }) => reading),
  );
}

function restless(patience: Millis): Attempt {
  const reason = `it is being written to, without a pause of ${QUIET} ms in ${patience} ms`;
  return unreadable(reason, false);
}

async function attempt(path: string, now: Clock): Promise<Attempt> {
  try {
    // Without O_NONBLOCK, to open a named pipe would wait for somebody who writes to it.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await attemptOpen(file, now);
    } finally {
      await file.close();
    }
  } catch (error) {
    return unreadable(describe(error), isMissing(error));
  }
}

async function attemptOpen(file: FileHandle, now: Clock): Promise<Attempt> {
  const startedAt = now();
  const refusal = refuse(await file.stat());
  if (refusal !== undefined) return unreadable(refusal, false);
  const bytes = await file.readFile();
  const { mtimeMs } = await file.stat();
  // A time that is far in the future is a clock's fault, not a sign of somebody writing.
  const settled = Math.abs(startedAt - mtimeMs) >= QUIET;
  return { reading: { kind: 'content', bytes }, settled };
}

function refuse(stats: Stats): string | undefined {
  if (stats.isDirectory()) return 'it is a directory, allowed is a file';
  if (!stats.isFile()) return 'it is a device, pipe or socket, allowed is a file';
  if (stats.size <= MAX_BYTES) return undefined;
  return `it has ${stats.size} bytes, allowed are ${MAX_BYTES}`;
}

function unreadable(reason: string, missing: boolean): Attempt {
  return { reading: { kind: 'unreadable', reason, missing }, settled: true };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** What went wrong, without the path, which whoever reports it names: `ENOENT: no such file or directory`. */
function describe(error: unknown): string {
  return String(error instanceof Error ? error.message : error).replace(/, \w+( '.*')?$/s, '');
}
