/** A file on a real disk, dated by whatever clock the test goes by. */
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Disk {
  readonly path: string;
  readonly #root: string;
  /** What a reader finds; undefined: no file. */
  content: string | undefined;

  static async create(name: string): Promise<Disk> {
    return new Disk(await mkdtemp(join(tmpdir(), 'license-scaler-faults-')), name);
  }

  constructor(root: string, name: string) {
    this.#root = root;
    this.path = join(root, 'mounted', name);
  }

  /** Replaces the file in one step. */
  async replace(content: string): Promise<void> {
    await this.#clear();
    const fresh = join(this.#root, 'fresh');
    await writeFile(fresh, content);
    await this.#date(fresh);
    await rename(fresh, this.path);
    this.content = content;
  }

  /** Writes over the file, in place. */
  async overwrite(content: string): Promise<void> {
    await writeFile(this.path, content);
    await this.#date(this.path);
    this.content = content;
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    this.content = undefined;
  }

  async removeFolder(): Promise<void> {
    await rm(join(this.#root, 'mounted'), { recursive: true, force: true });
    this.content = undefined;
  }

  async putFolder(): Promise<void> {
    await this.remove();
    await mkdir(this.path);
  }

  async putDeadLink(): Promise<void> {
    await this.remove();
    await symlink(join(this.#root, 'nowhere'), this.path);
  }

  async close(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }

  /** Only what can't be replaced by a file is taken away. */
  async #clear(): Promise<void> {
    if (this.content !== undefined) return;
    await rm(this.path, { recursive: true, force: true });
    await mkdir(join(this.#root, 'mounted'), { recursive: true });
  }

  #date(path: string): Promise<void> {
    const now = Date.now() / 1000;
    return utimes(path, now, now);
  }
}
