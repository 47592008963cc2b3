import { mkdir, mkdtemp, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Contents by key; a key is a file's name. */
export type Keys = Readonly<Record<string, string>>;

/** A volume in a real directory, mounted and updated as kubelet does it for a ConfigMap or a Secret. */
export interface ConfigMap {
  /** The directory that it is mounted at. */
  readonly directory: string;
  /** Where a key is read. */
  path(key: string): string;
  /** Replaces all content at once: writes it beside the old, swaps the `..data` link, removes the old. */
  swap(keys: Keys): Promise<void>;
  /** Removes the directory and everything in it. */
  remove(): Promise<void>;
}

/**
 * Mounts a ConfigMap: each key is a link into `..data`, which is a link to a directory named for the
 * moment of its writing.
 *
 * @param directory where; a new temporary directory where none is given
 */
export async function createConfigMap(keys: Keys, directory?: string): Promise<ConfigMap> {
  const mount = directory ?? (await mkdtemp(join(tmpdir(), 'config-map-')));
  await mkdir(mount, { recursive: true });
  let written = 0;
  let mounted: string[] = [];

  async function swap(content: Keys): Promise<void> {
    const timestamp = `..2027_01_31_00_00_00.${String(++written).padStart(9, '0')}`;
    await mkdir(join(mount, timestamp));
    for (const [key, text] of Object.entries(content)) {
      await writeFile(join(mount, timestamp, key), text);
    }
    const old = await linkTarget(join(mount, '..data'));
    await symlink(timestamp, join(mount, '..data_tmp'));
    await rename(join(mount, '..data_tmp'), join(mount, '..data'));
    for (const key of Object.keys(content)) await link(`..data/${key}`, join(mount, key));
    for (const key of mounted.filter((each) => !(each in content))) await rm(join(mount, key));
    if (old !== undefined) await rm(join(mount, old), { recursive: true });
    mounted = Object.keys(content);
  }

  await swap(keys);
  return {
    directory: mount,
    path: (key) => join(mount, key),
    swap,
    remove: () => rm(mount, { recursive: true, force: true }),
  };
}

async function linkTarget(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined);
}

async function link(target: string, path: string): Promise<void> {
  if ((await linkTarget(path)) === undefined) await symlink(target, path);
}
