import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { firstValueFrom, interval } from 'rxjs';
import { readFile, type ReadFileOptions } from '../../src/files/read-file.ts';
import { createConfigMap } from '../helpers/config-map.ts';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';

/** Short, for the tests: who writes does so by timers of the same process, which go off in order. */
const SETTLE = 100;

const read = (path: string, options: ReadFileOptions = {}) =>
  firstValueFrom(readFile(path, { settle: SETTLE, ...options }));

/** Lets somebody write into the file, a piece every few milliseconds, for as long as the work takes. */
async function whileWriting<T>(path: string, pieces: readonly string[], work: () => Promise<T>) {
  const writing = interval(SETTLE / 20).subscribe((index) => {
    const piece = pieces[index];
    if (piece !== undefined) appendFileSync(path, piece);
  });
  try {
    return await work();
  } finally {
    writing.unsubscribe();
  }
}

describe('readFile', () => {
  it(
    'reads the bytes of a file, and tells when the reading began',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, 'content');
      const before = Date.now();
      const reading = await read(path);
      expect(reading).to.deep.include({ kind: 'content', bytes: Buffer.from('content') });
      expect(reading).to.have.property('at').that.is.within(before, Date.now());
    }),
  );

  it(
    'waits until a file is left alone, whatever is in it by then',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, '');
      const pieces = ['tenants:\n', '- id: a\n', '- id: b\n', '- id: c\n'];
      const reading = await whileWriting(path, pieces, () => read(path));
      expect(reading)
        .to.have.property('bytes')
        .that.deep.equals(Buffer.from(pieces.join('')));
    }),
  );

  it(
    'gives up on a file that is written to all the time',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, 'content');
      const pieces = Array.from({ length: 10_000 }, () => '.');
      const reading = await whileWriting(path, pieces, () => read(path, { patience: 3 }));
      expect(reading).to.deep.equal({
        kind: 'unreadable',
        reason: 'it is being written to, without a pause of 100 ms in 300 ms',
        missing: false,
      });
    }),
  );

  it(
    'does not wait at the first look for a file that was written long ago',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, 'content');
      const { now } = Date;
      try {
        for (const [hours, kind] of [
          // By clocks that differ by hours, it may be written at this moment.
          [23, 'unreadable'],
          [25, 'content'],
        ] as const) {
          Date.now = () => now() + hours * 3_600_000;
          const reading = await read(path, { settle: 1_000_000, patience: 1 });
          expect(reading).to.have.property('kind', kind);
        }
      } finally {
        Date.now = now;
      }
    }),
  );

  it(
    'takes a file that is dated in the future once it has stayed the same',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, 'content');
      await utimes(path, 4e9, 4e9);
      expect(await read(path)).to.have.property('kind', 'content');
    }),
  );

  it('does not wait for JSON that is complete, nor for a volume that is replaced as a whole', async () => {
    const map = await createConfigMap({ 'a.json': '[{"id":"a"}]', 'b.yaml': '- id: b\n' });
    const plain = join(map.directory, 'plain.json');
    await writeFile(plain, ' {"tenants":[]}\n');
    // Waiting would end in a file that is not left alone.
    const now: ReadFileOptions = { settle: 1_000_000, patience: 1 };
    for (const path of [map.path('a.json'), map.path('b.yaml'), plain]) {
      expect(await read(path, now), path).to.have.property('kind', 'content');
    }
    for (const [half, kind] of [
      ['{"tenants":[]', 'unreadable'],
      ['tenants: []', 'unreadable'],
    ] as const) {
      await writeFile(plain, half);
      expect(await read(plain, now), half).to.have.property('kind', kind);
    }
    await map.remove();
  });

  it(
    'tells a file that is missing from one that can not be read',
    inTemporaryDirectory(async (directory) => {
      const missing = join(directory, 'missing');
      const loop = join(directory, 'loop');
      await symlink(loop, loop);
      expect(await firstValueFrom(readFile(missing))).to.deep.equal({
        kind: 'unreadable',
        reason: 'ENOENT: no such file or directory',
        missing: true,
      });
      expect(await firstValueFrom(readFile(loop))).to.deep.include({
        reason: 'ELOOP: too many symbolic links encountered',
        missing: false,
      });
    }),
  );

  it(
    'refuses what is not a file, without waiting for somebody who writes to a pipe',
    inTemporaryDirectory(async (directory) => {
      const pipe = join(directory, 'pipe');
      execFileSync('mkfifo', [pipe]);
      expect(await firstValueFrom(readFile(directory))).to.deep.include({
        reason: 'it is a directory, allowed is a file',
        missing: false,
      });
      expect(await firstValueFrom(readFile(pipe))).to.deep.include({
        reason: 'it is a device, pipe or socket, allowed is a file',
        missing: false,
      });
    }),
  );

  it(
    'refuses a file that is too large, without reading it',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, '');
      await truncate(path, 64 * 1024 * 1024 + 1);
      expect(await firstValueFrom(readFile(path))).to.deep.include({
        reason: 'it has 67108865 bytes, allowed are 67108864',
        missing: false,
      });
    }),
  );
});
