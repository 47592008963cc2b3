/** The contract of `Source` (src/pipeline/source.ts), as tests that every source is put through. */
import { expect } from 'chai';
import { NEVER, concatMap, filter, firstValueFrom, map, of, timeout } from 'rxjs';
import type { Observation, Reading, Sighting } from '../../src/core/observation.ts';
import { rule } from '../../src/core/rules/index.ts';
import type { TenantId } from '../../src/core/tenant.ts';
import type { Millis } from '../../src/core/time.ts';
import type { Source } from '../../src/pipeline/source.ts';
import { Watcher } from './watcher.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';

/** What the outside world says about one tenant; `broken`: by a record that can't be understood. */
export type Saying = 'licensed' | 'suspended' | 'broken';

/** A source together with the world that it reads, which the test has in its hands. */
export interface Stage {
  readonly source: Source;
  /** Lets the world say this from now on, and nothing about any other tenant. Ends a failure. */
  tell(sayings: Readonly<Record<TenantId, Saying>>): Promise<void>;
  /** Makes it impossible to read the world, until it is told something again. */
  fail(): Promise<void>;
  /** How many things the source holds: watches, requests under way, open connections. */
  held(): number;
  /** Resolves once the source holds nothing. */
  released(): Promise<unknown>;
  /** Takes the world away. The source is not observed any more. */
  close(): Promise<void>;
}

/** @param interval how often the source reads again of its own accord */
export type CreateStage = (interval: Millis) => Promise<Stage>;

/** Observes the source until the test ends. */
type Watch = (...tenants: readonly TenantId[]) => Watcher;

const SELDOM: Millis = 60_000;
const OFTEN: Millis = 40;

type Play = (stage: Stage, watch: Watch) => Promise<void>;

/** Makes a test of a play on a stage of its own. */
function onStage(createStage: CreateStage) {
  return (interval: Millis, play: Play) => async () => {
    const stage = await createStage(interval);
    const watchers: Watcher[] = [];
    try {
      await play(stage, (...tenants) => {
        const watcher = new Watcher(stage.source, ...tenants);
        watchers.push(watcher);
        return watcher;
      });
    } finally {
      for (const watcher of watchers) watcher.leave();
      await stage.close();
    }
  };
}

/** Declares the tests of `refresh$`. */
function itReadsAgain(createStage: CreateStage): void {
  const on = onStage(createStage);

  it(
    'reads a tenant again at once when it is to be known anew, by a reading that begins then',
    on(SELDOM, async (stage, watch) => {
      await stage.tell({ 'tenant-a': 'licensed' });
      const watcher = watch('tenant-a');
      await watcher.until(() => heard(watcher, 'tenant-a') === 'licensed');
      // More often than a source may read of its own accord at the beginning.
      for (let count = 0; count < 5; count++) {
        const since = Date.now();
        const before = watcher.seen.length;
        watcher.refresh('tenant-a');
        await watcher.until(({ seen }) =>
          seen.slice(before).some((each) => isConfirming(each, 'tenant-a') && each.at >= since),
        );
      }
      expect(heard(watcher, 'tenant-a')).to.equal('licensed');
    }),
  );

  it(
    'reads few times when many tenants are to be known anew, and says what has changed',
    on(SELDOM, async (stage, watch) => {
      const tenants = Array.from({ length: 100 }, (_, index) => `tenant-${index}`);
      await stage.tell({ 'tenant-0': 'licensed', 'tenant-1': 'licensed' });
      const watcher = watch('tenant-0', 'tenant-1');
      await watcher.until(() => heard(watcher, 'tenant-1') === 'licensed');
      await stage.tell({ 'tenant-0': 'licensed', 'tenant-1': 'suspended' });
      const before = watcher.seen.length;
      watcher.refresh(...(stage.source.info.onDemand ? ['tenant-1'] : tenants));
      await watcher.until(() => heard(watcher, 'tenant-1') === 'suspended');
      expect(watcher.seen.length - before).to.be.below(20);
    }),
  );
}

/** Declares the tests of the contract. The world says nothing before it is told something. */
export function itKeepsTheContract(createStage: CreateStage): void {
  const on = onStage(createStage);
  itReadsAgain(createStage);

  it(
    'does nothing before it is observed and leaves nothing behind',
    on(SELDOM, async (stage, watch) => {
      await stage.tell({ 'tenant-a': 'licensed' });
      void stage.source.observe(NEVER, NEVER);
      expect(stage.held()).to.equal(0);
      const watcher = watch('tenant-a');
      await watcher.until(() => heard(watcher, 'tenant-a') === 'licensed');
      watcher.leave();
      await stage.released();
      expect(stage.held()).to.equal(0);
    }),
  );

  it(
    'speaks to every observer without waiting for an interval',
    on(SELDOM, async (stage, watch) => {
      await stage.tell({ 'tenant-a': 'licensed' });
      const watchers = [1, 2].map(() => watch('tenant-a'));
      for (const watcher of watchers) {
        await watcher.until(() => heard(watcher, 'tenant-a') === 'licensed');
      }
    }),
  );

  it(
    'says what changed, about that tenant alone',
    on(OFTEN, async (stage, watch) => {
      await stage.tell({ 'tenant-a': 'licensed', 'tenant-b': 'licensed' });
      const watcher = watch('tenant-a', 'tenant-b');
      await watcher.until(() => ['tenant-a', 'tenant-b'].every((each) => heard(watcher, each)));
      await stage.tell({ 'tenant-a': 'licensed', 'tenant-b': 'suspended' });
      await watcher.until(() => heard(watcher, 'tenant-b') === 'suspended');
      const change = watcher.seen.findLast((each) => isNaming(each, 'tenant-b'));
      expect(change).to.have.property('readings').with.all.keys('tenant-b');
      expect(heard(watcher, 'tenant-a')).to.equal('licensed');
    }),
  );

  it(
    'confirms what it said as long as it works',
    on(OFTEN, async (stage, watch) => {
      await stage.tell({ 'tenant-a': 'licensed' });
      const watcher = watch('tenant-a');
      await watcher.until(() => countConfirmations(watcher, 'tenant-a') >= 3);
      expect(heard(watcher, 'tenant-a')).to.equal('licensed');
      if (!stage.source.info.onDemand) {
        expect(watcher.seen.at(-1)).to.include({ kind: 'sighting', whole: true });
        expect(watcher.seen.at(-1)).to.have.property('readings').that.is.empty;
      }
    }),
  );

  it(
    'makes a value of a failure, takes nothing back by it, and goes on',
    on(OFTEN, async (stage, watch) => {
      await stage.tell({ 'tenant-a': 'licensed' });
      const watcher = watch('tenant-a');
      await watcher.until(() => heard(watcher, 'tenant-a') === 'licensed');
      await stage.fail();
      await watcher.until(() => watcher.seen.at(-1)?.kind === 'failure');
      expect(heard(watcher, 'tenant-a')).to.equal('licensed');
      expect(watcher.failures[0]).to.be.a('string').that.is.not.empty;
      await stage.tell({ 'tenant-a': 'licensed' });
      await watcher.until(() => watcher.seen.at(-1)?.kind === 'sighting');
      expect(heard(watcher, 'tenant-a')).to.equal('licensed');
    }),
  );

  it(
    'speaks soon of a failure that was there before it was observed, and recovers from it',
    on(OFTEN, async (stage, watch) => {
      await stage.fail();
      const watcher = watch('tenant-a');
      await watcher.until(() => watcher.seen.at(-1)?.kind === 'failure');
      await stage.tell({ 'tenant-a': 'licensed' });
      await watcher.until(() => heard(watcher, 'tenant-a') === 'licensed');
    }),
  );

  it(
    'calls a record unreadable that can not be understood, and takes nothing from the others',
    on(OFTEN, async (stage, watch) => {
      await stage.tell({ 'tenant-a': 'licensed', 'tenant-b': 'broken' });
      const watcher = watch('tenant-a', 'tenant-b');
      await watcher.until(() => ['tenant-a', 'tenant-b'].every((each) => heard(watcher, each)));
      expect(heard(watcher, 'tenant-a')).to.equal('licensed');
      expect(heard(watcher, 'tenant-b')).to.equal('unreadable');
    }),
  );

  it(
    'names what is gone: absent where licenses are given, silent where overrides are',
    on(OFTEN, async (stage, watch) => {
      await stage.tell({ 'tenant-a': 'licensed', 'tenant-b': 'licensed' });
      const watcher = watch('tenant-a', 'tenant-b');
      await watcher.until(() => heard(watcher, 'tenant-b') === 'licensed');
      await stage.tell({ 'tenant-a': 'licensed' });
      const gone = stage.source.info.gives === 'licenses' ? 'absent' : 'silent';
      await watcher.until(() => heard(watcher, 'tenant-b') === gone);
    }),
  );

  it(
    'names a tenant soon that comes into demand later, and overrides without any demand',
    on(SELDOM, async (stage, watch) => {
      await stage.tell({ 'tenant-a': 'licensed', 'tenant-b': 'licensed' });
      const givesLicenses = stage.source.info.gives === 'licenses';
      const watcher = watch(...(givesLicenses ? ['tenant-a'] : []));
      await watcher.until(() => heard(watcher, 'tenant-a') === 'licensed');
      if (givesLicenses) watcher.ask('tenant-b', 'tenant-x');
      await watcher.until(() => heard(watcher, 'tenant-b') === 'licensed');
      await watcher.until(() => !givesLicenses || heard(watcher, 'tenant-x') === 'absent');
    }),
  );

  it(
    'goes on when there will be no more demand',
    on(OFTEN, async (stage) => {
      await stage.tell({ 'tenant-a': 'licensed' });
      const hearings$ = stage.source.observe(of({ tenant: 'tenant-a', wanted: true }), NEVER).pipe(
        filter((observation) => isNaming(observation, 'tenant-a')),
        map(({ readings }) => readings.get('tenant-a')),
        concatMap(async (reading) => {
          const hearing = reading && toHeard(reading);
          if (hearing === 'licensed') await stage.tell({ 'tenant-a': 'suspended' });
          return hearing;
        }),
      );
      await firstValueFrom(
        hearings$.pipe(
          filter((each) => each === 'suspended'),
          timeout(PATIENCE_MS),
        ),
      );
    }),
  );
}

function isNaming(observation: Observation, tenant: TenantId): observation is Sighting {
  return observation.kind === 'sighting' && observation.readings.has(tenant);
}

type Heard = 'licensed' | 'suspended' | 'absent' | 'unreadable' | 'silent';

/** What a watcher heard last about a tenant; undefined: nothing yet. */
function heard(watcher: Watcher, tenant: TenantId): Heard | undefined {
  const reading = watcher.readings.findLast(([named]) => named === tenant)?.[1];
  return reading === undefined ? undefined : toHeard(reading);
}

function toHeard(reading: Reading): Heard {
  if (reading.kind !== 'license' && reading.kind !== 'override') return reading.kind;
  return rule(reading, Date.now())?.licensed === true ? 'licensed' : 'suspended';
}

/** Whether a tenant was named or confirmed. */
function isConfirming(observation: Observation, tenant: TenantId): boolean {
  if (observation.kind === 'failure') return false;
  return observation.whole || observation.readings.has(tenant);
}

/** How often a tenant was named or confirmed. */
function countConfirmations(watcher: Watcher, tenant: TenantId): number {
  return watcher.seen.filter((each) => isConfirming(each, tenant)).length;
}
