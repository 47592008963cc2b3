import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { appendFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import {
  BehaviorSubject,
  Subject,
  filter,
  firstValueFrom,
  timeout,
  type Observable,
  type Subscription,
} from 'rxjs';
import type { Millis } from '../../src/core/time.ts';
import { watchFile, type FileLook, type WatchFileOptions } from '../../src/files/watch-file.ts';
import { createConfigMap } from '../helpers/config-map.ts';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { countWatches } from '../helpers/watches.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';

/** So seldom that no test sees it: what is noticed is noticed by watching. */
const NEVER: Millis = 60_000;

/** Short, for the tests. */
const SETTLE: Millis = 50;

/** Somebody who reads a watched file. */
class Reader {
  static readonly #open = new Set<Reader>();

  readonly #readings$ = new BehaviorSubject<readonly FileLook[]>([]);
  readonly #subscription: Subscription;

  constructor(path: string, options: WatchFileOptions = {}, again$?: Observable<unknown>) {
    Reader.#open.add(this);
    const watching = { recheck: NEVER, settle: SETTLE, ...options };
    this.#subscription = watchFile(path, watching, again$).subscribe({
      next: (reading) => {
        this.#readings$.next([...this.#readings$.value, reading]);
      },
      error: (error: unknown) => {
        this.#readings$.error(error instanceof Error ? error : new Error(String(error)));
      },
    });
  }

  /** A reader whose watch is in place: the first reading after it has come. */
  static async ready(path: string, options: WatchFileOptions = {}): Promise<Reader> {
    const reader = new Reader(path, options);
    await reader.until((readings) => readings.length > 1);
    return reader;
  }

  get texts(): string[] {
    return this.#readings$.value.map(toText);
  }

  /** All readings, once they are as wanted. */
  until(isWanted: (readings: readonly FileLook[]) => boolean): Promise<readonly FileLook[]> {
    return firstValueFrom(this.#readings$.pipe(filter(isWanted), timeout(PATIENCE_MS)));
  }

  /** Resolves once the latest reading is this text. */
  async reads(text: string): Promise<void> {
    await this.until(
      (readings) => readings.at(-1) !== undefined && toText(readings.at(-1)!) === text,
    );
  }

  leave(): void {
    Reader.#open.delete(this);
    this.#subscription.unsubscribe();
  }

  static leaveAll(): void {
    for (const reader of Reader.#open) reader.leave();
  }
}

function toText(reading: FileLook): string {
  if (reading.kind === 'content') return reading.bytes.toString();
  return reading.missing ? 'missing' : reading.reason;
}

/** Whoever may do anything does the work as somebody who may not. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const mayDoAnything = process.geteuid?.() === 0;
  if (mayDoAnything) process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    if (mayDoAnything) process.seteuid?.(0);
  }
}

describe('watchFile', () => {
  afterEach(() => {
    Reader.leaveAll();
  });

  it(
    'emits after every read, the very same Buffer where the bytes are the same',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, 'one');
      const reader = new Reader(path, { recheck: 20 });
      const [first, , third] = await reader.until((readings) => readings.length === 3);
      expect(first).to.deep.include({ kind: 'content', bytes: Buffer.from('one'), cut: false });
      expect(third).to.have.property('bytes', (first as { bytes: Buffer }).bytes);
      await writeFile(path, 'two');
      await reader.reads('two');
    }),
  );

  it(
    'gives the same Buffer again when the file comes back as it was',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, 'one');
      const reader = await Reader.ready(path);
      await rm(path);
      await reader.reads('missing');
      await writeFile(path, 'one');
      await reader.reads('one');
      const contents = await reader.until(() => true);
      expect(contents.at(-1)).to.have.property('bytes', (contents[0] as { bytes: Buffer }).bytes);
    }),
  );

  it(
    'believes no part of a file that is written in pieces',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, 'a: 1\nb: 2\n');
      const reader = await Reader.ready(path, { settle: 400 });
      for (const text of ['', 'a: 1\n', 'a: 1\nb: 2\n', 'a: 1\nb: 2\nc: 3\n']) {
        // The pace of whoever writes, by a timer that goes off before the reader's.
        writeFileSync(path, text);
        await setTimeout(60);
      }
      await reader.reads('a: 1\nb: 2\nc: 3\n');
      expect(new Set(reader.texts)).to.deep.equal(new Set(['a: 1\nb: 2\n', 'a: 1\nb: 2\nc: 3\n']));
    }),
  );

  it(
    'goes by no date of a file that changes, for the clock may be wrong',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, '0: 1\n');
      const reader = await Reader.ready(path, { settle: 400 });
      const { now } = Date;
      // Whatever is written from now on seems to be an hour old.
      Date.now = () => now() + 3_600_000;
      try {
        await writeFile(path, '');
        for (const text of ['a: 1\n', 'b: 1\n', 'c: 1\n']) {
          appendFileSync(path, text);
          await setTimeout(60);
        }
        await reader.reads('a: 1\nb: 1\nc: 1\n');
      } finally {
        Date.now = now;
      }
      expect(new Set(reader.texts)).to.deep.equal(new Set(['0: 1\n', 'a: 1\nb: 1\nc: 1\n']));
    }),
  );

  it(
    'takes a file for cut that loses its end, and trusts it when nothing follows',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, 'a: 1\nb: 2');
      const reader = await Reader.ready(path);
      await writeFile(path, 'a: 1');
      await reader.until((looks) => looks.some((look) => look.kind === 'content' && look.cut));
      await reader.until((looks) => {
        const last = looks.at(-1);
        return last?.kind === 'content' && !last.cut && last.bytes.toString() === 'a: 1';
      });
    }),
  );

  it(
    'reads again when it is asked to, by a reading that begins then, though nothing has changed',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, '0');
      const again$ = new Subject<void>();
      const reader = new Reader(path, {}, again$);
      await reader.until((looks) => looks.length > 1);
      const askedAt = Date.now();
      const count = reader.texts.length;
      for (let asked = 0; asked < 100; asked++) again$.next();
      const looks = await reader.until((all) => all.length > count + 1);
      expect(
        looks.slice(count).every((look) => look.kind === 'content' && look.at >= askedAt),
      ).to.equal(true);
      expect(looks).to.have.length.below(count + 20);
    }),
  );

  it('sees a mounted ConfigMap being updated', async () => {
    const map = await createConfigMap({ key: '0' });
    const reader = await Reader.ready(map.path('key'));
    for (const text of ['1', '2']) {
      await map.swap({ key: text });
      await reader.reads(text);
    }
    await map.remove();
  });

  it('ends in the last of several updates in a burst, and does not go back on the way', async () => {
    const map = await createConfigMap({ key: '0' });
    const reader = await Reader.ready(map.path('key'));
    for (const text of ['1', '2', '3']) await map.swap({ key: text });
    await reader.reads('3');
    expect(reader.texts).to.deep.equal(reader.texts.toSorted());
    await map.swap({ key: '4' });
    await reader.reads('4');
    await map.remove();
  });

  it('sees a key leave a ConfigMap and come back', async () => {
    const map = await createConfigMap({ key: '0', other: '' });
    const reader = await Reader.ready(map.path('key'));
    await map.swap({ other: '' });
    await reader.reads('missing');
    await map.swap({ other: '', key: '1' });
    await reader.reads('1');
    await map.remove();
  });

  it(
    'sees a file being edited in place and replaced by renaming',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, '0');
      const reader = await Reader.ready(path);
      await writeFile(path, '1');
      await reader.reads('1');
      await writeFile(`${path}.tmp`, '2');
      await rename(`${path}.tmp`, path);
      await reader.reads('2');
      await writeFile(path, '3');
      await reader.reads('3');
    }),
  );

  it(
    'sees a file appear, and directories that were not there',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'one', 'two', 'file');
      const reader = await Reader.ready(path);
      expect(reader.texts).to.deep.equal(['missing', 'missing']);
      await mkdir(join(directory, 'one'));
      await mkdir(dirname(path));
      await writeFile(path, '0');
      await reader.reads('0');
      await writeFile(path, '1');
      await reader.reads('1');
    }),
  );

  it(
    'goes on when the directory is deleted and created again',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'one', 'file');
      await mkdir(dirname(path));
      await writeFile(path, '0');
      const reader = await Reader.ready(path);
      await rm(dirname(path), { recursive: true });
      await reader.reads('missing');
      await mkdir(dirname(path));
      await writeFile(path, '1');
      await reader.reads('1');
      await rm(dirname(path), { recursive: true });
      await mkdir(dirname(path));
      await writeFile(path, '2');
      await reader.reads('2');
      await writeFile(path, '3');
      await reader.reads('3');
    }),
  );

  it(
    'goes on when the directory of two watched files is replaced, though one takes longer to read',
    inTemporaryDirectory(async (directory) => {
      const mount = join(directory, 'mount');
      const paths = ['old', 'new'].map((name) => join(mount, name));
      const create = async (text: string): Promise<void> => {
        await mkdir(mount);
        for (const path of paths) await writeFile(path, text);
        await utimes(join(mount, 'old'), 1, 1);
      };
      await create('0');
      const readers = await Promise.all(paths.map((path) => Reader.ready(path)));
      for (const text of ['1', '2', '3']) {
        await rename(mount, join(directory, `away-${text}`));
        await create(text);
        for (const reader of readers) await reader.reads(text);
      }
      for (const path of paths) await writeFile(path, '4');
      for (const reader of readers) await reader.reads('4');
    }),
  );

  it(
    'finds by rechecking what no watch tells of, a link into another directory, and says so once',
    inTemporaryDirectory(async (directory) => {
      const target = join(directory, 'target');
      const path = join(directory, 'mount', 'file');
      await writeFile(target, '0');
      await mkdir(dirname(path));
      await symlink(target, path);
      const noticed: string[] = [];
      const reader = new Reader(path, { recheck: 50, noticed: (each) => noticed.push(each) });
      await reader.until((looks) => looks.length > 3);
      for (const text of ['1', '2', '3']) {
        await writeFile(target, text);
        await reader.reads(text);
      }
      const count = reader.texts.length;
      await reader.until((looks) => looks.length > count + 1);
      expect(noticed).to.have.length(1);
      expect(noticed[0]).to.match(/did not tell.*; it is read every 0.05 s$/);
    }),
  );

  it(
    'calls a directory in the place of the file unreadable, and reads the file that replaces it',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await mkdir(path);
      const reader = await Reader.ready(path);
      await reader.reads('it is a directory, allowed is a file');
      await rm(path, { recursive: true });
      await writeFile(path, '0');
      await reader.reads('0');
    }),
  );

  it(
    'reads more often where the system does not let it watch, and says so once',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, '0');
      // Files in it may be read by their names, but the directory may not be: so it can't be watched.
      await chmod(directory, 0o111);
      await asNobody(async () => {
        const noticed: string[] = [];
        const reader = new Reader(path, { poll: 50, noticed: (each) => noticed.push(each) });
        await reader.until((looks) => looks.length > 3);
        expect(countWatches()).to.equal(0);
        expect(reader.texts.slice(-3)).to.deep.equal(['0', '0', '0']);
        expect(noticed).to.deep.equal([
          "the system can't watch it (EACCES: permission denied); it is read every 0.05 s",
        ]);
      });
      await chmod(directory, 0o755);
    }),
  );

  it(
    'leaves no watch behind, whenever it is unsubscribed from',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, '0');
      await utimes(path, 1, 1);
      const reader = await Reader.ready(path);
      expect(countWatches()).to.equal(2);
      reader.leave();
      expect(countWatches()).to.equal(0);
      for (let turns = 0; turns < 50; turns++) {
        const hasty = new Reader(path);
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        hasty.leave();
      }
      (await Reader.ready(path)).leave();
      expect(countWatches()).to.equal(0);
    }),
  );
});
