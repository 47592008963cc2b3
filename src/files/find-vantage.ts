import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

/** From where a file can be watched. */
export interface Vantage {
  /** The real path of the file's directory, or of the nearest one above it that exists. */
  readonly directory: string;
  /** The name in it that leads to the file. */
  readonly entry: string;
  /** Tells the directory from another one that takes its place. */
  readonly identity: string;
}

/** Finds the nearest existing directory above a file that may not exist. Never rejects. */
export async function findVantage(path: string): Promise<Vantage> {
  const below = resolve(path);
  const directory = dirname(below);
  const entry = basename(below);
  try {
    const real = await realpath(directory);
    const stats = await stat(real);
    if (!stats.isDirectory()) return await findVantage(directory);
    // An inode's number may be given again at once; the moment of its creation is not.
    const identity = `${stats.dev}:${stats.ino}:${stats.birthtimeMs}`;
    return { directory: real, entry, identity };
  } catch {
    const isRoot = directory === below;
    return isRoot ? { directory, entry, identity: '' } : await findVantage(directory);
  }
}

/** Whether a watch that is in place for the one does for the other. */
export function sameVantage(a: Vantage, b: Vantage): boolean {
  return a.directory === b.directory && a.entry === b.entry && a.identity === b.identity;
}
