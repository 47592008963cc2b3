import type { Stats } from 'node:fs';
import type { Instant } from '../core/time.ts';

/** Tells one state of a file from another. */
export interface Stamp {
  /** The file itself: a file that takes its place is another one. */
  readonly file: string;
  /** In bytes. */
  readonly size: number;
  readonly modifiedAt: Instant;
  /** When its content, its name or its rights were changed; nobody can set this back. */
  readonly changedAt: Instant;
}

export function stampOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): Stamp {
  return { file: `${dev}:${ino}`, size, modifiedAt: mtimeMs, changedAt: ctimeMs };
}

export function sameStamp(a: Stamp, b: Stamp | undefined): boolean {
  return (
    a.file === b?.file &&
    a.size === b.size &&
    a.modifiedAt === b.modifiedAt &&
    a.changedAt === b.changedAt
  );
}
