/** The client that the everyday tests call "KEDA" sees what KEDA's own sees, on the same cases and at the same time. */
import { expect } from 'chai';
import { expired, licensed } from '../e2e/world.ts';
import {
  Keda,
  scaledObject,
  type Poll as PollInTypeScript,
  type PushStream,
} from '../helpers/keda.ts';
import { KEDA_VERSIONS, type KedaVersion } from './build/go-programs.ts';
import { inKedaWorld, type KedaWorld, type KedaWorldOptions } from './in-keda-world.ts';
import type { Operator } from './operator.ts';
import type { Poll, ScaledObject } from './scaled-object.ts';

/** grpc-js' names of grpc-go's codes. */
const CODES: Readonly<Record<string, string>> = {
  Unavailable: 'UNAVAILABLE',
  InvalidArgument: 'INVALID_ARGUMENT',
};

const STATUS = /code = (\w+) desc = (.*)/;

function codeOf(error: string): string {
  const code = STATUS.exec(error)?.[1] ?? '';
  return CODES[code] ?? code;
}

/** What the TypeScript client makes of the same answers. */
function translated({ active, values, error }: Poll): PollInTypeScript {
  if (error === '') return { active, replicas: Number(values[0]?.value) };
  return { error: codeOf(error), details: STATUS.exec(error)?.[2] ?? error };
}

/** One ScaledObject, in the hands of either client. */
class Pair {
  readonly #own: ScaledObject;
  readonly #stream: PushStream;
  readonly #pollTypescript: () => Promise<PollInTypeScript>;

  constructor(operator: Operator, typescript: Keda, trigger: Trigger) {
    const { namespace, metadata = {} } = trigger;
    const ref = scaledObject(namespace, metadata);
    this.#own = operator.watch(namespace, { metadata });
    this.#stream = typescript.push(ref);
    this.#pollTypescript = () => typescript.poll(ref);
  }

  /** Resolves with what was pushed to either, when it is so much. */
  async received(count: number): Promise<boolean[][]> {
    return [await this.#own.received(count), await this.#stream.received(count)];
  }

  /** Resolves with how the streams of either have ended, when so many have. */
  async ended(count: number): Promise<string[][]> {
    await this.#own.until(`${count} ends`, () => this.#own.retries.length >= count);
    const errors = this.#own.streamErrors.map((error) => codeOf(error));
    const own = errors.length === 0 ? this.#own.retries.map(() => 'OK') : errors;
    return [own, await this.#stream.ended(count)];
  }

  /** Resolves with how long either waits before it opens its stream again, when it has ended so often. */
  async waited(count: number): Promise<string[][]> {
    await this.#own.until(`${count} ends`, () => this.#own.retries.length >= count);
    await this.#stream.ended(count);
    return [this.#own.retries, this.#stream.waits.map((ms) => `${ms / 1000}s`)];
  }

  async poll(): Promise<PollInTypeScript[]> {
    return [translated(await this.#own.poll()), await this.#pollTypescript()];
  }
}

interface Trigger {
  readonly namespace: string;
  readonly metadata?: Record<string, string>;
}

type Play = (watch: (trigger: Trigger) => Pair, world: KedaWorld) => Promise<void>;

function inBoth(version: KedaVersion, options: KedaWorldOptions, play: Play) {
  return inKedaWorld(version, options, async (world) => {
    const typescript = new Keda(world.gateway.address, { release: version });
    try {
      await play((trigger) => new Pair(world.operator, typescript, trigger), world);
    } finally {
      typescript.close();
    }
  });
}

const FLEET = [licensed('tenant-a', { replicas: 5 }), expired('tenant-b')];

/** Seconds, longer than any test. */
const NEVER = 3_600;
/** What KEDA 2.20.2 logs of a push that it does not act on: of `true`, and of `false`. */
const TRUE_DROPPED = 'Could not resolve metric name for push scaler, will retry on next activation';
const FALSE_IGNORED = 'Push scaler inactivation event received';

for (const version of KEDA_VERSIONS) {
  describe(`KEDA ${version} and the client of the everyday tests see the same`, () => {
    it(
      'of tenants that are licensed, unlicensed and unknown to the license service, and of changes',
      inBoth(version, { licenses: FLEET }, async (watch, { service }) => {
        const tenants = ['tenant-a', 'tenant-b', 'nobody'];
        const pairs = tenants.map((namespace) => watch({ namespace }));
        const first = await Promise.all(pairs.map((pair) => pair.received(1)));
        expect(first).to.deep.equal([both([true]), both([false]), both([false])]);
        const polls = await Promise.all(pairs.map((pair) => pair.poll()));
        const inactive = { active: false, replicas: 0 };
        expect(polls).to.deep.equal([
          both({ active: true, replicas: 5 }),
          both(inactive),
          both(inactive),
        ]);
        service.tenants.set('tenant-a', expired('tenant-a'));
        expect(await pairs[0]?.received(2)).to.deep.equal(both([true, false]));
        service.tenants.set('tenant-a', licensed('tenant-a'));
        expect(await pairs[0]?.received(3)).to.deep.equal(both([true, false, true]));
      }),
    );

    it(
      'of metadata that is wrong',
      inBoth(version, { licenses: FLEET }, async (watch) => {
        const wrong = watch({
          namespace: 'tenant-a',
          metadata: { tenantid: 'tenant-a' },
        });
        expect(await wrong.ended(1)).to.deep.equal(both(['INVALID_ARGUMENT']));
        const [own, typescript] = await wrong.poll();
        expect(own).to.deep.equal(typescript);
        expect(own).to.have.property('error', 'INVALID_ARGUMENT');
      }),
    );

    it(
      'of a tenant of which nothing is known, and of one that is held',
      inBoth(version, { licenses: FLEET }, async (watch, { service, scaler }) => {
        const known = watch({ namespace: 'tenant-a' });
        await known.received(1);
        await service.stop();
        await scaler.logged('what it decided is held');
        const unknown = watch({ namespace: 'tenant-b' });
        const errors = (await unknown.poll()).map((poll) => ('error' in poll ? poll.error : poll));
        expect(errors).to.deep.equal(both('UNAVAILABLE'));
        expect(await known.poll()).to.deep.equal(both({ active: true, replicas: 5 }));
        await service.listen();
        expect(await unknown.received(1)).to.deep.equal(both([false]));
        expect(await known.received(1)).to.deep.equal(both([true]));
      }),
    );

    it(
      'of a scaler that stops in order, and of the one after it',
      inBoth(version, { licenses: FLEET }, async (watch, world) => {
        const pair = watch({ namespace: 'tenant-a' });
        await pair.received(1);
        const { scaler: old } = world;
        await world.startScaler();
        await old.stop();
        expect(await pair.received(2)).to.deep.equal(both([true, true]));
        expect(await pair.ended(1)).to.deep.equal(both(['OK']));
      }),
    );

    it(
      'and wait as long: longer each time that the scaler crashes, and as at first when it has stopped in order',
      inBoth(version, { licenses: FLEET }, async (watch, world) => {
        const pair = watch({ namespace: 'tenant-a' });
        await pair.received(1);
        const endings = ['kill', 'kill', 'stop'] as const;
        for (const [index, end] of endings.entries()) {
          const { scaler: old } = world;
          await world.startScaler();
          await old[end]();
          await pair.received(index + 2);
        }
        expect(await pair.waited(3)).to.deep.equal(both(['2s', '4s', '2s']));
      }),
    );

    // KEDA 2.21 has no connection at all before it knows: versions.keda.ts.
    if (version === '2.21.0') return;
    it(
      version === '2.20.2'
        ? 'and act on a pushed true alone, and on none before they know what the metric is called'
        : 'and act on everything that is pushed',
      inKedaWorld(version, { licenses: FLEET }, async ({ operator, gateway, scaler, service }) => {
        const typescript = new Keda(gateway.address, { release: version });
        try {
          gateway.targetPort = 0;
          const own = operator.operate('tenant-a', {
            replicas: 0,
            pollingInterval: NEVER,
          });
          const copied = await typescript.operate(scaledObject('tenant-a'));
          await own.until('a stream in vain', () => own.retries.length > 0);
          gateway.targetPort = scaler.port;
          const settled = (acts: number): Promise<void> =>
            own.until(`${acts} pushes`, () => {
              const dropped = [...own.logs(TRUE_DROPPED), ...own.logs(FALSE_IGNORED)];
              return own.scaled.length + dropped.length >= acts;
            });
          await Promise.all([copied.received(1), settled(1)]);
          service.tenants.set('tenant-a', expired('tenant-a'));
          await Promise.all([copied.received(2), settled(2)]);
          const acted = version === '2.20.2' ? [] : [true, false];
          expect(own.scaled.map((replicas) => replicas > 0)).to.deep.equal(acted);
          expect(copied.acted).to.deep.equal(acted);
          if (version !== '2.20.2') return;
          own.edit();
          copied.cancel();
          const again = await typescript.operate(scaledObject('tenant-a'));
          await again.received(1);
          service.tenants.set('tenant-a', licensed('tenant-a'));
          await again.received(2);
          expect(await own.scaledTimes(1)).to.deep.equal([2]);
          expect(again.acted).to.deep.equal([true]);
        } finally {
          typescript.close();
        }
      }),
    );
  });
}

function both<T>(what: T): T[] {
  return [what, what];
}
