import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { createFleet, observe } from '../../src/core/fleet.ts';
import type { Observation } from '../../src/core/observation.ts';
import type { Status } from '../../src/core/standing.ts';
import type { TenantId } from '../../src/core/tenant.ts';
import type { Millis } from '../../src/core/time.ts';
import type { Source } from '../../src/pipeline/source.ts';
import { createLicenseFile } from '../../src/sources/license-file.ts';
import { createConfigMap } from '../helpers/config-map.ts';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { countWatches } from '../helpers/watches.ts';
import { itKeepsTheContract, type Saying, type Stage } from './contract.ts';
import { onVolume } from './on-volume.ts';
import { Watcher } from './watcher.ts';

const RECORDS: Readonly<Record<Saying, object>> = {
  licensed: { period_end: null },
  suspended: { status: 'suspended' },
  broken: { period_end: 'soon' },
};

async function createStage(recheck: Millis): Promise<Stage> {
  const volume = await createConfigMap({});
  return {
    source: createLicenseFile({ path: volume.path('tenants.json'), recheck }),
    async tell(sayings) {
      const records = Object.entries(sayings).map(([id, saying]) => ({ id, ...RECORDS[saying] }));
      await volume.swap({ 'tenants.json': JSON.stringify(records) });
    },
    fail: () => volume.swap({}),
    held: countWatches,
    released: () => new Promise(setImmediate),
    close: () => volume.remove(),
  };
}

/** What became of a tenant by all that a watcher has seen. */
function statusOf(tenant: TenantId, { info }: Source, watcher: Watcher): Status | undefined {
  const fleet = watcher.seen.reduce(
    (before, observation) => observe(before, observation, Date.now()).fleet,
    createFleet([info]),
  );
  return fleet.tenants.get(tenant)?.standing.status;
}

function latest(watcher: Watcher): Observation | undefined {
  return watcher.seen.at(-1);
}

const createSource = (path: string): Source => createLicenseFile({ path });

const BOTH = '[{"id":"tenant-a"},{"id":"tenant-b"}]';

describe('license file', () => {
  itKeepsTheContract(createStage);

  it('is a source of licenses that reads all of them', () => {
    expect(createLicenseFile({ path: '/licenses/tenants.json' }).info).to.deep.equal({
      name: 'license-file',
      label: 'license file /licenses/tenants.json',
      gives: 'licenses',
      onDemand: false,
      interval: 30_000,
    });
  });

  it('keeps what it said while the file is missing, empty, half-written or something else', async () => {
    const contents: readonly (readonly [string | undefined, RegExp])[] = [
      [undefined, /^ENOENT: no such file or directory$/],
      ['', /^it is empty$/],
      [BOTH.slice(0, -2), /^line 1, column 3\d: /],
      ['[]', /^its list is empty, allowed are one license or more$/],
      ['{"message":"pong"}', /^it holds {"message":"pong"}, allowed is a list/],
    ];
    await Promise.all(
      contents.map(([content, reason]) =>
        onVolume(createSource, BOTH, async ({ put, watch }) => {
          const watcher = watch('tenant-a', 'tenant-x');
          await watcher.until(() => watcher.readings.length === 3);
          await put(content);
          await watcher.until(() => latest(watcher)?.kind === 'failure');
          expect(latest(watcher)).to.include({ tenant: undefined, opaque: false });
          expect(latest(watcher)).to.have.property('reason').that.matches(reason);
          watcher.ask('tenant-y');
          expect(latest(watcher)).to.have.property('kind', 'failure');
          await put(BOTH);
          await watcher.until(() => watcher.readings.length === 4);
          expect(watcher.kinds).to.deep.equal({
            'tenant-a': ['license'],
            'tenant-b': ['license'],
            'tenant-x': ['absent'],
            'tenant-y': ['absent'],
          });
        }),
      ),
    );
  });

  it('does not suspend a tenant whose record has lost its id', () =>
    onVolume(createSource, BOTH, async ({ source, put, watch }) => {
      const watcher = watch('tenant-x');
      await watcher.until(() => statusOf('tenant-b', source, watcher) === 'licensed');
      await put('[{"id":"tenant-a"},{"ID":"tenant-b"}]');
      await watcher.until(() => watcher.readings.length === 5);
      expect(watcher.kinds).to.deep.equal({
        'tenant-a': ['license'],
        'tenant-b': ['license', 'unreadable'],
        'tenant-x': ['absent', 'unreadable'],
      });
      expect(statusOf('tenant-b', source, watcher)).to.equal('licensed');
      await put('[{"id":"tenant-a"}]');
      await watcher.until(() => statusOf('tenant-b', source, watcher) === 'unlicensed');
    }));

  it('tells once of a record that might be anybody’s, until it changes', async () => {
    const noticed: string[] = [];
    const observer = {
      noticed(problem: string) {
        noticed.push(problem);
      },
    };
    const create = (path: string): Source => createLicenseFile({ path, observer });
    await onVolume(create, '[{"id":"tenant-a"},{"id":""}]', async ({ put, watch }) => {
      const watcher = watch();
      await watcher.until(() => watcher.seen.length > 1);
      await put('[{"id":"tenant-a"},{"id":7}]');
      await watcher.until(() => noticed.length > 1);
    });
    expect(noticed).to.deep.equal([
      'element 2 of the list: id is empty, allowed are 1 to 253 characters',
      'element 2 of the list: id is 7, allowed is a string',
    ]);
  });

  it('forgets a tenant that it does not know and that nobody asks about any more', () =>
    onVolume(createSource, BOTH, async ({ watch }) => {
      const watcher = watch('tenant-x');
      await watcher.until(() => watcher.readings.length === 3);
      watcher.askNoMore('tenant-x');
      expect(watcher.kinds['tenant-x']).to.deep.equal(['absent', 'silent']);
      expect(latest(watcher)).to.have.property('whole', false);
    }));

  it(
    'reads a plain file that appears later, in a directory that was not there',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'licenses', 'tenants.yaml');
      const watcher = new Watcher(createLicenseFile({ path, settle: 50 }));
      try {
        await watcher.until(() => latest(watcher)?.kind === 'failure');
        await mkdir(join(directory, 'licenses'));
        await writeFile(path, 'tenants:\n- id: tenant-a\n  period_end: 2099-01-31T00:00:00Z\n');
        await watcher.until(() => watcher.readings.length === 1);
        await writeFile(path, 'tenants:\n- id: tenant-a\n  period_end: 2026-01-31T00:00:00Z\n');
        await watcher.until(() => watcher.readings.length === 2);
        expect(watcher.kinds).to.deep.equal({ 'tenant-a': ['license', 'license'] });
      } finally {
        watcher.leave();
      }
    }),
  );

  it(
    'calls nobody absent whose record was at a missing end, until nothing follows',
    inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'tenants.yaml');
      await writeFile(path, '- id: tenant-a\n- id: tenant-b');
      const watcher = new Watcher(createLicenseFile({ path, settle: 50 }));
      try {
        await watcher.until(() => watcher.readings.length === 2);
        await writeFile(path, '- id: tenant-a');
        await watcher.until(() => watcher.readings.length === 4);
        expect(watcher.kinds).to.deep.equal({
          'tenant-a': ['license'],
          'tenant-b': ['license', 'unreadable', 'absent'],
        });
      } finally {
        watcher.leave();
      }
    }),
  );
});
