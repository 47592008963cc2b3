import { execFileSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { readFile } from '../../src/files/read-file.ts';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';

describe('readFile', () => {
  it(
    'reads the bytes of a file',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, 'content');
      const reading = await firstValueFrom(readFile(path));
      expect(reading).to.deep.equal({ kind: 'content', bytes: Buffer.from('content') });
    }),
  );

  it(
    'waits until a file is left alone',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      writeFileSync(path, 'tenants:');
      let attempts = 0;
      const clock = (): number => {
        attempts++;
        // It was written to a moment ago when it is read first, and the rest comes before the second time.
        if (attempts === 2) writeFileSync(path, 'tenants: []');
        return statSync(path).mtimeMs + (attempts < 3 ? 10 : 200);
      };
      const reading = await firstValueFrom(readFile(path, clock));
      expect(reading).to.deep.equal({ kind: 'content', bytes: Buffer.from('tenants: []') });
      expect(attempts).to.equal(3);
    }),
  );

  it(
    'gives up on a file that is written to all the time',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, 'content');
      const always = (): number => statSync(path).mtimeMs + 10;
      const reading = await firstValueFrom(readFile(path, always, 300));
      expect(reading).to.deep.equal({
        kind: 'unreadable',
        reason: 'it is being written to, without a pause of 100 ms in 300 ms',
        missing: false,
      });
    }),
  );

  it(
    'takes a file that is dated in the future',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, 'content');
      const reading = await firstValueFrom(readFile(path, () => 0));
      expect(reading.kind).to.equal('content');
    }),
  );

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
