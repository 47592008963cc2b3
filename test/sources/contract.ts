/** The contract of `Source` (src/pipeline/source.ts), as tests that every source is put through. */
import { expect } from 'chai';
import {
  BehaviorSubject,
  ReplaySubject,
  filter,
  firstValueFrom,
  timeout,
  type Subscription,
} from 'rxjs';
import { rule } from '../../src/core/rules/index.ts';
import type { Observation, Reading } from '../../src/core/observation.ts';
import type { TenantId } from '../../src/core/tenant.ts';
import type { Millis } from '../../src/core/time.ts';
import type { DemandChange } from '../../src/pipeline/demand.ts';
import type { Source } from '../../src/pipeline/source.ts';

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

const SELDOM: Millis = 60_000;
const OFTEN: Millis = 40;

/** Declares the tests of the contract. The world says nothing before it is told something. */
export function itKeepsTheContract(createStage: CreateStage): void {
  const on = (interval: Millis, play: (stage: Stage) => Promise<void>) => async () => {
    const stage = await createStage(interval);
    try {
      await play(stage);
    } finally {
      await stage.close();
    }
  };

  it(
    'does nothing before it is observed and leaves nothing behind',
    on(SELDOM, async (stage) => {
      await stage.tell({ 'tenant-a': 'licensed' });
      stage.source.observe(new ReplaySubject());
      expect(stage.held()).to.equal(0);
      const audience = new Audience(stage.source, ['tenant-a']);
      await audience.until(({ sayings }) => sayings.get('tenant-a') === 'licensed');
      audience.leave();
      await stage.released();
      expect(stage.held()).to.equal(0);
    }),
  );

  it(
    'speaks to every observer without waiting for an interval',
    on(SELDOM, async (stage) => {
      await stage.tell({ 'tenant-a': 'licensed' });
      const audiences = [1, 2].map(() => new Audience(stage.source, ['tenant-a']));
      for (const audience of audiences) {
        await audience.until(({ sayings }) => sayings.get('tenant-a') === 'licensed');
        audience.leave();
      }
    }),
  );

  it(
    'says what changed, about that tenant alone',
    on(OFTEN, async (stage) => {
      await stage.tell({ 'tenant-a': 'licensed', 'tenant-b': 'licensed' });
      const audience = new Audience(stage.source, ['tenant-a', 'tenant-b']);
      await audience.until(({ sayings }) => sayings.size === 2);
      await stage.tell({ 'tenant-a': 'licensed', 'tenant-b': 'suspended' });
      const heard = await audience.until(({ sayings }) => sayings.get('tenant-b') === 'suspended');
      expect(heard.sayings.get('tenant-a')).to.equal('licensed');
      expect(heard.latest?.kind === 'sighting' && [...heard.latest.readings.keys()]).to.deep.equal([
        'tenant-b',
      ]);
      audience.leave();
    }),
  );

  it(
    'confirms what it said as long as it works',
    on(OFTEN, async (stage) => {
      await stage.tell({ 'tenant-a': 'licensed' });
      const audience = new Audience(stage.source, ['tenant-a']);
      const first = await audience.until(({ confirmed }) => confirmed > 0);
      const later = await audience.until(({ confirmed }) => confirmed > first.confirmed + 1);
      expect(later.sayings.get('tenant-a')).to.equal('licensed');
      if (!stage.source.info.onDemand) {
        expect(later.latest).to.include({ kind: 'sighting', whole: true });
        expect(later.latest).to.have.property('readings').that.is.empty;
      }
      audience.leave();
    }),
  );

  it(
    'makes a value of a failure, takes nothing back by it, and goes on',
    on(OFTEN, async (stage) => {
      await stage.tell({ 'tenant-a': 'licensed' });
      const audience = new Audience(stage.source, ['tenant-a']);
      await audience.until(({ sayings }) => sayings.get('tenant-a') === 'licensed');
      await stage.fail();
      const failed = await audience.until(({ latest }) => latest?.kind === 'failure');
      expect(failed.sayings.get('tenant-a')).to.equal('licensed');
      expect(failed.latest).to.have.property('reason').that.is.not.empty;
      await stage.tell({ 'tenant-a': 'licensed' });
      const back = await audience.until(({ latest }) => latest?.kind === 'sighting');
      expect(back.sayings.get('tenant-a')).to.equal('licensed');
      expect(audience.ended).to.equal(false);
      audience.leave();
    }),
  );

  it(
    'speaks soon of a failure that was there before it was observed, and recovers from it',
    on(OFTEN, async (stage) => {
      await stage.fail();
      const audience = new Audience(stage.source, ['tenant-a']);
      await audience.until(({ latest }) => latest?.kind === 'failure');
      await stage.tell({ 'tenant-a': 'licensed' });
      await audience.until(({ sayings }) => sayings.get('tenant-a') === 'licensed');
      audience.leave();
    }),
  );

  it(
    'calls a record unreadable that can not be understood, and takes nothing from the others',
    on(OFTEN, async (stage) => {
      await stage.tell({ 'tenant-a': 'licensed', 'tenant-b': 'broken' });
      const audience = new Audience(stage.source, ['tenant-a', 'tenant-b']);
      const heard = await audience.until(({ sayings }) => sayings.size === 2);
      expect(heard.sayings.get('tenant-a')).to.equal('licensed');
      expect(heard.sayings.get('tenant-b')).to.equal('unreadable');
      audience.leave();
    }),
  );

  it(
    'goes on when the demand says that there will be no more of it',
    on(OFTEN, async (stage) => {
      await stage.tell({ 'tenant-a': 'licensed' });
      const audience = new Audience(stage.source, ['tenant-a']);
      audience.demand$.complete();
      await audience.until(({ sayings }) => sayings.get('tenant-a') === 'licensed');
      await stage.tell({ 'tenant-a': 'suspended' });
      await audience.until(({ sayings }) => sayings.get('tenant-a') === 'suspended');
      expect(audience.ended).to.equal(false);
      audience.leave();
    }),
  );

  it(
    'names what is gone: absent where licenses are given, silent where overrides are',
    on(OFTEN, async (stage) => {
      await stage.tell({ 'tenant-a': 'licensed', 'tenant-b': 'licensed' });
      const audience = new Audience(stage.source, ['tenant-a', 'tenant-b']);
      await audience.until(({ sayings }) => sayings.size === 2);
      await stage.tell({ 'tenant-a': 'licensed' });
      const gone = stage.source.info.gives === 'licenses' ? 'absent' : 'silent';
      await audience.until(({ sayings }) => sayings.get('tenant-b') === gone);
      audience.leave();
    }),
  );

  it(
    'names a tenant soon that comes into demand later, unless it gives overrides',
    on(SELDOM, async (stage) => {
      if (stage.source.info.gives === 'overrides') return;
      await stage.tell({ 'tenant-a': 'licensed', 'tenant-b': 'licensed' });
      const audience = new Audience(stage.source, ['tenant-a']);
      await audience.until(({ sayings }) => sayings.has('tenant-a'));
      audience.ask('tenant-b');
      audience.ask('tenant-x');
      const heard = await audience.until(({ sayings }) => sayings.size === 3);
      expect(heard.sayings.get('tenant-b')).to.equal('licensed');
      expect(heard.sayings.get('tenant-x')).to.equal('absent');
      audience.leave();
    }),
  );
}

/** What an audience has heard up to now. */
interface Heard {
  readonly sayings: ReadonlyMap<TenantId, ReturnType<typeof toSaying>>;
  readonly latest: Observation | undefined;
  /** How often tenant-a was named or confirmed. */
  readonly confirmed: number;
}

/** Somebody who observes a source and asks it about tenants. */
class Audience {
  readonly demand$ = new ReplaySubject<DemandChange>();
  readonly #heard$ = new BehaviorSubject<Heard>({
    sayings: new Map(),
    latest: undefined,
    confirmed: 0,
  });
  readonly #subscription: Subscription;

  constructor(source: Source, tenants: readonly TenantId[]) {
    for (const tenant of tenants) this.ask(tenant);
    this.#subscription = source.observe(this.demand$).subscribe({
      next: (observation) => {
        this.#heard$.next(hear(this.#heard$.value, observation));
      },
      error: (error: unknown) => {
        this.#heard$.error(error);
      },
    });
  }

  /** Whether the source has said that there will be nothing more. */
  get ended(): boolean {
    return this.#subscription.closed;
  }

  ask(tenant: TenantId): void {
    this.demand$.next({ tenant, wanted: true });
  }

  /** What has been heard once it is as wanted, be it already. */
  until(isWanted: (heard: Heard) => boolean): Promise<Heard> {
    return firstValueFrom(this.#heard$.pipe(filter(isWanted), timeout(8000)));
  }

  leave(): void {
    this.#subscription.unsubscribe();
  }
}

function hear({ sayings, confirmed }: Heard, latest: Observation): Heard {
  if (latest.kind === 'failure') return { sayings, confirmed, latest };
  const said = [...latest.readings].map(([tenant, reading]) => [tenant, toSaying(reading)] as const);
  const isConfirmed = latest.whole || latest.readings.has('tenant-a');
  return {
    sayings: new Map([...sayings, ...said]),
    latest,
    confirmed: confirmed + (isConfirmed ? 1 : 0),
  };
}

function toSaying(reading: Reading): 'licensed' | 'suspended' | 'absent' | 'unreadable' | 'silent' {
  if (reading.kind !== 'license' && reading.kind !== 'override') return reading.kind;
  return rule(reading, Date.now())?.licensed === true ? 'licensed' : 'suspended';
}
