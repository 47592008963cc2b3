import { appendFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import type { Observation } from '../../src/core/observation.ts';
import type { Millis } from '../../src/core/time.ts';
import type { Source } from '../../src/pipeline/source.ts';
import { createOverridesFile } from '../../src/sources/overrides-file.ts';
import { createConfigMap } from '../helpers/config-map.ts';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { countWatches } from '../helpers/watches.ts';
import { itKeepsTheContract, type Saying, type Stage } from './contract.ts';
import { onVolume } from './on-volume.ts';
import { Watcher } from './watcher.ts';

const ENTRIES: Readonly<Record<Saying, string>> = {
  licensed: '{ licensed: true }',
  suspended: '{ licensed: false }',
  broken: '{ licensed: maybe }',
};

async function createStage(recheck: Millis): Promise<Stage> {
  const volume = await createConfigMap({});
  return {
    source: createOverridesFile({ path: volume.path('overrides.yaml'), recheck }),
    async tell(sayings) {
      const entries = Object.entries(sayings).map(([id, saying]) => `  ${id}: ${ENTRIES[saying]}`);
      await volume.swap({ 'overrides.yaml': ['overrides:', ...entries].join('\n') });
    },
    fail: () => volume.swap({}),
    held: countWatches,
    released: () => new Promise(setImmediate),
    close: () => volume.remove(),
  };
}

function latest(watcher: Watcher): Observation | undefined {
  return watcher.seen.at(-1);
}

const createSource = (path: string): Source => createOverridesFile({ path });

const TWO = 'overrides: { tenant-a: { licensed: true }, tenant-b: { replicas: 3 } }';

describe('overrides file', () => {
  itKeepsTheContract(createStage);

  it('is a source of overrides that reads all of them', () => {
    expect(createOverridesFile({ path: '/overrides.yaml' }).info).to.deep.equal({
      name: 'overrides-file',
      label: 'overrides file /overrides.yaml',
      gives: 'overrides',
      onDemand: false,
      interval: 30_000,
    });
  });

  it('keeps what it said while the file is missing, and else tells that there is content', async () => {
    const contents: readonly (readonly [string | undefined, boolean])[] = [
      [undefined, false],
      ['', true],
      ['overrides: { tenant-a: { lic', true],
      ['overides: {}', true],
    ];
    await Promise.all(
      contents.map(([content, opaque]) =>
        onVolume(createSource, TWO, async ({ put, watch }) => {
          const watcher = watch();
          await watcher.until(() => watcher.readings.length === 2);
          await put(content);
          await watcher.until(() => latest(watcher)?.kind === 'failure');
          expect(latest(watcher)).to.include({ tenant: undefined, opaque });
          await put(TWO);
          await watcher.until(() => latest(watcher)?.kind === 'sighting');
          expect(latest(watcher)).to.include({ whole: true });
          expect(watcher.readings).to.have.length(2);
        }),
      ),
    );
  });

  it('takes a directory in its place for content that can not be read', () =>
    onVolume(
      (path) => createSource(dirname(path)),
      TWO,
      async ({ watch }) => {
        const watcher = watch();
        await watcher.until(() => latest(watcher)?.kind === 'failure');
        expect(latest(watcher)).to.have.property('opaque', true);
      },
    ));

  it('falls silent about every tenant when there are no overrides any more', () =>
    onVolume(createSource, TWO, async ({ put, watch }) => {
      const watcher = watch();
      await watcher.until(() => watcher.readings.length === 2);
      await put('overrides: {}');
      await watcher.until(() => watcher.readings.length === 4);
      expect(watcher.kinds).to.deep.equal({
        'tenant-a': ['override', 'silent'],
        'tenant-b': ['override', 'silent'],
      });
    }));

  it('holds one tenant whose entry is broken, and lets it go when it is mended', () =>
    onVolume(createSource, TWO, async ({ put, watch }) => {
      const watcher = watch();
      await watcher.until(() => watcher.readings.length === 2);
      await put(TWO.replace('true', 'ja'));
      await watcher.until(() => watcher.readings.length === 3);
      expect(latest(watcher)).to.have.property('whole', true);
      await put(TWO);
      await watcher.until(() => watcher.readings.length === 4);
      expect(watcher.kinds).to.deep.equal({
        'tenant-a': ['override', 'unreadable', 'override'],
        'tenant-b': ['override'],
      });
    }));

  it('takes no override back by an entry of which it can not be told whose it is, and tells of it', async () => {
    const noticed: string[] = [];
    const observer = {
      noticed(problem: string) {
        noticed.push(problem);
      },
    };
    const create = (path: string): Source => createOverridesFile({ path, observer });
    await onVolume(create, TWO, async ({ put, watch }) => {
      const watcher = watch();
      await watcher.until(() => watcher.readings.length === 2);
      await put('overrides:\n  tenant-a:{ licensed: true }\n  tenant-c: { licensed: true }\n');
      await watcher.until(() => watcher.readings.length === 5);
      await put(TWO);
      await watcher.until(() => watcher.readings.length === 8);
      expect(watcher.failures).to.deep.equal([]);
      expect(watcher.kinds).to.deep.equal({
        'tenant-a': ['override', 'unreadable', 'override'],
        'tenant-b': ['override', 'unreadable', 'override'],
        'tenant-c': ['override', 'silent'],
      });
    });
    expect(noticed).to.have.length(1);
    expect(noticed[0]).to.match(/^a key of overrides \(line 2\) is "tenant-a:{ licensed": /);
  });

  it('fails as a whole where it was never known whose every entry is', () =>
    onVolume(
      createSource,
      'overrides:\n  tenant-a:{ licensed: true }\n',
      async ({ put, watch }) => {
        const watcher = watch();
        await watcher.until(() => latest(watcher)?.kind === 'failure');
        expect(latest(watcher)).to.include({ tenant: undefined, opaque: true });
        await put(TWO);
        await watcher.until(() => watcher.readings.length === 2);
      },
    ));

  it(
    'believes no half of a file, and takes nothing back by a missing end until it is there',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'overrides.yaml');
      const entry = (id: string): string => `  ${id}: { licensed: true }\n`;
      await writeFile(path, `overrides:\n${entry('tenant-a')}${entry('tenant-b')}`);
      const watcher = new Watcher(createOverridesFile({ path, settle: 50 }));
      try {
        await watcher.until(() => watcher.readings.length === 2);
        await writeFile(path, `overrides:\n${entry('tenant-a')}`);
        await appendFile(path, entry('tenant-b'));
        await appendFile(path, entry('tenant-c'));
        await watcher.until(() => watcher.readings.length === 3);
        await writeFile(path, `overrides:\n${entry('tenant-a').trimEnd()}`);
        await watcher.until(() => watcher.readings.length === 5);
        await appendFile(path, '\n');
        await watcher.until(() => watcher.readings.length === 7);
        expect(watcher.kinds).to.deep.equal({
          'tenant-a': ['override'],
          'tenant-b': ['override', 'unreadable', 'silent'],
          'tenant-c': ['override', 'unreadable', 'silent'],
        });
      } finally {
        watcher.leave();
      }
    }),
  );
});
