import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { catchError, firstValueFrom, map, of, take, timeout, toArray } from 'rxjs';
import { watchDirectory } from '../../src/files/watch-directory.ts';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { countWatches } from '../helpers/watches.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';

describe('watchDirectory', () => {
  it(
    'hints when the watch is in place and when something happens, whatever the entry',
    inTemporaryDirectory(async (directory) => {
      const hint$ = watchDirectory(directory, 'file').pipe(timeout(PATIENCE_MS));
      const hints = firstValueFrom(
        hint$.pipe(
          map((_, index) => {
            if (index === 0) void writeFile(join(directory, 'another'), '');
            return index;
          }),
          take(2),
          toArray(),
        ),
      );
      expect(await hints).to.deep.equal([0, 1]);
      // The watch was closed by its own event, which ends first.
      await new Promise(setImmediate);
      expect(countWatches()).to.equal(0);
    }),
  );

  it(
    'watches the directory and the entry, however many files there are',
    inTemporaryDirectory(async (directory) => {
      for (let file = 0; file < 20; file++) await writeFile(join(directory, `file-${file}`), '');
      const watches$ = watchDirectory(directory, 'file-7').pipe(map(countWatches));
      expect(await firstValueFrom(watches$.pipe(timeout(PATIENCE_MS)))).to.equal(2);
      expect(countWatches()).to.equal(0);
    }),
  );

  it(
    'errors where the system can not watch',
    inTemporaryDirectory(async (directory) => {
      await mkdir(directory, { recursive: true });
      const impossible = join(directory, 'x'.repeat(300));
      const outcome$ = watchDirectory(impossible, 'file').pipe(
        map(() => 'hint'),
        catchError((error: unknown) => of(String(error))),
        timeout(PATIENCE_MS),
      );
      expect(await firstValueFrom(outcome$)).to.contain('ENAMETOOLONG');
    }),
  );
});
