import { constants, type Stats } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { asyncScheduler, defer, first, repeat, type Observable } from 'rxjs';
import type { Instant, Millis } from '../core/time.ts';
import { describeSystemError, hasCode } from './describe-system-error.ts';
import { sameStamp, stampOf, type Stamp } from './stamp.ts';

/** What reading a file gave. */
export type FileReading =
  | {
      readonly kind: 'content';
      readonly bytes: Buffer;
      readonly stamp: Stamp;
      /** Whether it is in a volume that is replaced as a whole, so that it can't be read half-written. */
      readonly swapped: boolean;
      /** When it was opened: it says what was true then, or later. */
      readonly at: Instant;
    }
  /** `missing`: there is no such file or directory; otherwise it is there but can't be read. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly missing: boolean };

export interface ReadFileOptions {
  /** For how long a file must stay the same before it is believed. */
  readonly settle?: Millis;
  /** How many times as long it is waited for, before it is given up as one that is written to all the time. */
  readonly patience?: number;
  /** What was believed before: a file that is still the same need not be waited for. */
  readonly known?: Stamp | undefined;
}

/** Whoever writes a file in pieces pauses for less than this between two of them, as far as can be said. */
export const SETTLE: Millis = 1000;

const PATIENCE = 10;

/**
 * A file that is older than this when it is looked at first need not be waited for. While it is written it does
 * not seem so, by however many hours the clock here and that of its file system differ.
 */
const LONG_AGO: Millis = 24 * 3_600_000;

/** The largest file that is read, in bytes: 64 MiB. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The link that kubelet swaps once everything that it leads to is written. */
const SWAPPED_LINK = '..data';

/**
 * Reads a file once it has been the same for a second: half a list of licenses in YAML is a list of licenses
 * too, and the other half would be taken for gone. What can't be half-written is believed at once: JSON that
 * is complete, and what kubelet mounts, for that is written elsewhere and takes its place as a whole.
 *
 * Emits once and never errors. A file that is not left alone for 10 s is unreadable, and so is one of more
 * than 64 MiB.
 */
export function readFile(
  path: string,
  { settle = SETTLE, patience = PATIENCE, known }: ReadFileOptions = {},
): Observable<FileReading> {
  return defer(() => {
    let seen = known;
    const attempt = async (): Promise<FileReading | Stamp> => {
      const isOld = (stamp: Stamp): boolean => known === undefined && isOlder(stamp, LONG_AGO);
      const outcome = await readOnce(path, (stamp) => sameStamp(stamp, seen) || isOld(stamp));
      if (!isReading(outcome)) seen = outcome;
      return outcome;
    };
    return defer(attempt).pipe(
      repeat({ count: patience, delay: settle }),
      first(isReading, restless(settle, settle * patience)),
    );
  });
}

function isReading(outcome: FileReading | Stamp): outcome is FileReading {
  return 'kind' in outcome;
}

function restless(settle: Millis, waited: Millis): FileReading {
  return unreadable(`it is being written to, without a pause of ${settle} ms in ${waited} ms`);
}

/** By its dates, which the clock here is good enough for only once, at the beginning. */
function isOlder({ changedAt }: Stamp, age: Millis): boolean {
  return asyncScheduler.now() - changedAt >= age;
}

/** @returns what the file holds; its stamp alone where it is not settled, or was changed meanwhile */
async function readOnce(
  path: string,
  isSettled: (stamp: Stamp) => boolean,
): Promise<FileReading | Stamp> {
  try {
    const at = asyncScheduler.now();
    // Without O_NONBLOCK, to open a named pipe would wait for somebody who writes to it.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      const refusal = refuse(stats);
      if (refusal !== undefined) return unreadable(refusal);
      const bytes = await file.readFile();
      const stamp = stampOf(await file.stat());
      const swapped = await isSwapped(path);
      const isWhole =
        sameStamp(stampOf(stats), stamp) && (swapped || isSettled(stamp) || isCompleteJson(bytes));
      return isWhole ? { kind: 'content', bytes, stamp, swapped, at } : stamp;
    } finally {
      await file.close();
    }
  } catch (error) {
    return unreadable(describeSystemError(error), hasCode(error, 'ENOENT'));
  }
}

/** No part of a JSON object or list is one. */
function isCompleteJson(bytes: Buffer): boolean {
  if (!/^\s*[[{]/.test(bytes.toString('latin1', 0, 100))) return false;
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}

async function isSwapped(path: string): Promise<boolean> {
  try {
    const whole = await realpath(join(dirname(path), SWAPPED_LINK));
    return (await realpath(path)).startsWith(whole + sep);
  } catch {
    return false;
  }
}

function refuse(stats: Stats): string | undefined {
  if (stats.isDirectory()) return 'it is a directory, allowed is a file';
  if (!stats.isFile()) return 'it is a device, pipe or socket, allowed is a file';
  if (stats.size <= MAX_BYTES) return undefined;
  return `it has ${stats.size} bytes, allowed are ${MAX_BYTES}`;
}

function unreadable(reason: string, missing = false): FileReading {
  return { kind: 'unreadable', reason, missing };
}
