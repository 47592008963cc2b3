/** Where KEDA's releases differ in what they make of the same answers. Its own scale handler, on a fake API server. */
import { expect } from 'chai';
import { expired, licensed } from '../e2e/world.ts';
import type { KedaVersion } from './build/go-programs.ts';
import { inKedaWorld, type KedaWorld, type KedaWorldOptions } from './in-keda-world.ts';
import type { TargetSpec } from './operator.ts';
import type { ScaledObject } from './scaled-object.ts';

/** Those that act on a pushed `true` alone, and know the metric's name first. */
const LATER = ['2.21.0', '2.20.2'] as const;

/** Seconds, longer than any test. */
const NEVER = 3_600;
const LICENSED = { licenses: [licensed('tenant-a')] };

/** What KEDA logs. */
const POLLED = 'Getting metrics and activity from scaler';
const COOLING = 'ScaleTarget cooling down';
const FALSE_IGNORED = 'Push scaler inactivation event received';
const NO_CONNECTION = 'unable to get connection from the pool';
const TRUE_DROPPED = 'Could not resolve metric name for push scaler, will retry on next activation';

/** A ScaledObject that is not polled after the first time, unless it says otherwise. */
function operating(
  version: KedaVersion,
  options: KedaWorldOptions,
  target: Partial<TargetSpec>,
  play: (a: ScaledObject, world: KedaWorld) => Promise<void>,
) {
  return inKedaWorld(version, options, async (world) => {
    const spec = { replicas: 2, pollingInterval: NEVER, ...target };
    const a = world.operator.operate('tenant-a', spec);
    await a.until('the first poll', () => a.logs(POLLED).length > 0);
    await play(a, world);
  });
}

/** Resolves when a poll has followed the edit, in one way or another. */
async function edit(a: ScaledObject): Promise<void> {
  const polls = (): number => [...a.logs(POLLED), ...a.logs(COOLING), ...a.scaled].length;
  const before = polls();
  a.edit();
  await a.until('a poll after the edit', () => polls() > before);
}

describe('a pushed false', () => {
  it(
    'scales the target to 0 by KEDA 2.17.3 without a poll, as the true after it scales it back',
    operating('2.17.3', LICENSED, { replicas: 0 }, async (a, { service }) => {
      expect(await a.scaledTimes(1)).to.deep.equal([2]);
      service.tenants.set('tenant-a', expired('tenant-a'));
      expect(await a.scaledTimes(2)).to.deep.equal([2, 0]);
      service.tenants.set('tenant-a', licensed('tenant-a'));
      expect(await a.scaledTimes(3)).to.deep.equal([2, 0, 2]);
      expect(a.logs(POLLED)).to.have.length(1);
    }),
  );

  for (const version of LATER) {
    it(
      `is ignored by KEDA ${version}`,
      operating(version, LICENSED, { replicas: 0 }, async (a, { service, scaler }) => {
        expect(await a.scaledTimes(1)).to.deep.equal([2]);
        for (const change of [1, 2]) {
          service.tenants.set('tenant-a', expired('tenant-a'));
          await a.until(`false ${change} times`, () => a.logs(FALSE_IGNORED).length === change);
          service.tenants.set('tenant-a', licensed('tenant-a'));
          await scaler.logged('tenant-a is licensed', 1 + change);
        }
        expect(a.scaled).to.deep.equal([2]);
        expect(a.logs(POLLED)).to.have.length(1);
      }),
    );
  }

  for (const version of LATER) {
    it(
      `is made up for by the poll of KEDA ${version}, and a pushed true scales the target at once`,
      operating(version, LICENSED, { pollingInterval: 1 }, async (a, { service }) => {
        service.tenants.set('tenant-a', expired('tenant-a'));
        expect(await a.scaledTimes(1)).to.deep.equal([0]);
        service.tenants.set('tenant-a', licensed('tenant-a'));
        expect(await a.scaledTimes(2)).to.deep.equal([0, 2]);
      }),
    );
  }
});

/**
 * The scaler can't be reached when KEDA asks it for its metrics, and can be a moment later, when KEDA opens its stream.
 * Of a ScaledObject that has this trigger alone KEDA from 2.20 on would not begin with the stream at all.
 */
function namedTooLate(
  version: KedaVersion,
  play: (a: ScaledObject, world: KedaWorld) => Promise<void>,
) {
  return inKedaWorld(version, LICENSED, async (world) => {
    const { gateway, operator, scaler } = world;
    gateway.targetPort = 0;
    const a = operator.operate('tenant-a', { replicas: 0, pollingInterval: NEVER });
    await a.until('a stream in vain', () => a.retries.length > 0);
    gateway.targetPort = scaler.port;
    await play(a, world);
  });
}

describe('a pushed true for a metric whose name KEDA has not learned yet', () => {
  it(
    'is dropped by KEDA 2.20.2, until it asks again',
    namedTooLate('2.20.2', async (a, { service, scaler }) => {
      await a.until('a true that is dropped', () => a.logs(TRUE_DROPPED).length === 1);
      service.tenants.set('tenant-a', expired('tenant-a'));
      await a.until('a false', () => a.logs(FALSE_IGNORED).length === 1);
      service.tenants.set('tenant-a', licensed('tenant-a'));
      await scaler.logged('tenant-a is licensed', 2);
      await a.until('another true that is dropped', () => a.logs(TRUE_DROPPED).length === 2);
      expect(a.scaled).to.deep.equal([]);
      a.edit();
      expect(await a.scaledTimes(1)).to.deep.equal([2]);
    }),
  );

  it(
    'does not reach KEDA 2.21.0, whose poll has closed the connection, until it asks again',
    namedTooLate('2.21.0', async (a) => {
      await a.until('no connection', () => a.logs(NO_CONNECTION).length >= 2);
      expect(a.scaled).to.deep.equal([]);
      a.edit();
      expect(await a.scaledTimes(1)).to.deep.equal([2]);
    }),
  );

  it(
    'scales the target by KEDA 2.17.3',
    namedTooLate('2.17.3', async (a) => {
      expect(await a.scaledTimes(1)).to.deep.equal([2]);
      expect(a.logs(POLLED)).to.have.length(0);
    }),
  );
});

/**
 * KEDA from 2.20 on takes a poll for "inactive, no error" whose scalers are closed meanwhile by another of its own
 * goroutines, whatever the scaler answers: errors.Is(err, ErrCacheClosed) in pkg/scaling/scale_handler.go.
 */
describe('a poll that KEDA disturbs itself', () => {
  const EDITS = 50;

  for (const version of LATER) {
    it(
      `scales a licensed target to 0 by KEDA ${version} after some edit of the ScaledObject`,
      operating(version, LICENSED, {}, async (a) => {
        for (let edits = 0; edits < EDITS && a.scaled.length === 0; edits++) await edit(a);
        expect(a.scaled[0]).to.equal(0);
      }),
    );
  }

  for (const version of LATER) {
    it(
      `scales nothing where the target was active within the cooldown period, by KEDA ${version}`,
      operating(version, LICENSED, { cooldownPeriod: NEVER }, async (a) => {
        for (let edits = 0; edits < EDITS && a.logs(COOLING).length === 0; edits++) await edit(a);
        expect(a.logs(COOLING)).to.have.length.above(0);
        expect(a.scaled).to.deep.equal([]);
      }),
    );
  }

  for (const version of LATER) {
    it(
      `scales to 0 by KEDA ${version} what nothing is known of, when the HPA asks at the same time`,
      operating(
        version,
        { ...LICENSED, isServiceUp: false },
        { pollingInterval: 1 },
        async (a, { service }) => {
          const deadline = Date.now() + 20_000;
          while (a.scaled.length === 0 && Date.now() < deadline) {
            expect(await a.query()).to.not.equal('');
          }
          expect(a.scaled[0]).to.equal(0);
          await service.listen();
          expect(await a.scaledTimes(2)).to.deep.equal([0, 2]);
        },
      ),
    );
  }
});
