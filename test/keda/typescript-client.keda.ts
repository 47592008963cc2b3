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
    const typescript = new Keda(world.gateway.address);
    try {
      await play((trigger) => new Pair(world.operator, typescript, trigger), world);
    } finally {
      typescript.close();
    }
  });
}

const FLEET = [licensed('tenant-a', { replicas: 5 }), expired('tenant-b')];

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
        const wrong = watch({ namespace: 'tenant-a', metadata: { tenantid: 'tenant-a' } });
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
  });
}

function both<T>(what: T): T[] {
  return [what, what];
}
