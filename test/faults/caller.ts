/** KEDA, as far as a case needs it: streams that stay open, polls, and what both were told. */
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Answer, Scaler } from './scaler.ts';
import { isLicensed, type Tenant } from './truth.ts';
import type { World } from './world.ts';

const DEFAULT_REPLICAS = 2;

/** One stream of KEDA, and what it heard last. */
interface OpenStream {
  readonly tenant: Tenant;
  heard: boolean | undefined;
  isOpen: boolean;
}

export class Caller {
  /** Whom it calls; undefined: nobody is there. */
  scaler: Scaler | undefined;
  readonly #world: World;
  readonly #streams: OpenStream[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  get hasStreams(): boolean {
    return this.#streams.some(({ isOpen }) => isOpen);
  }

  open(tenant: Tenant): void {
    const world = this.#world;
    const stream: OpenStream = { tenant, heard: undefined, isOpen: true };
    if (this.scaler === undefined) return;
    world.want(tenant);
    this.#streams.push(stream);
    this.scaler.stream(
      tenant.id,
      (active) => {
        stream.heard = active;
        world.judge(tenant, active, 'stream');
      },
      (error) => {
        stream.isOpen = false;
        if (error !== undefined) world.offend('error', tenant, `the stream ends with ${error}`);
      },
    );
  }

  /** One poll of KEDA. Not waited for: the first may take a second. */
  poll(tenant: Tenant): void {
    const scaler = this.scaler;
    if (scaler === undefined) return;
    this.#world.want(tenant);
    void scaler.replicas(tenant.id).then((answer) => {
      this.#judge(tenant, answer, (replicas) => replicas > 0);
    });
    void scaler.isActive(tenant.id).then((answer) => {
      this.#judge(tenant, answer, (active) => active);
    });
  }

  #judge<T>(tenant: Tenant, answer: Answer<T>, isActive: (value: T) => boolean): void {
    if ('error' in answer) this.#world.judgeError(tenant, answer.error);
    else this.#world.judge(tenant, isActive(answer.value), 'poll', String(answer.value));
  }

  /** Whether everything that is said of these is right by now. */
  async check(tenants: readonly Tenant[]): Promise<void> {
    const world = this.#world;
    for (const tenant of tenants) {
      const active = isLicensed(tenant, world.now());
      const say = (what: string): void => {
        world.offend('late', tenant, `it is ${active ? 'licensed' : 'unlicensed'}, but ${what}`);
      };
      for (const { heard, isOpen, ...stream } of this.#streams) {
        if (stream.tenant !== tenant || !isOpen || heard === active) continue;
        say(`a stream heard ${String(heard)} last`);
      }
      const isActive = await atOnce(this.scaler?.isActive(tenant.id));
      if (!isDeepStrictEqual(isActive, { value: active }))
        say(`IsActive is ${JSON.stringify(isActive)}`);
      const replicas = await atOnce(this.scaler?.replicas(tenant.id));
      const wanted = active ? DEFAULT_REPLICAS : 0;
      if (!isDeepStrictEqual(replicas, { value: wanted }))
        say(`GetMetrics is ${JSON.stringify(replicas)}`);
    }
  }
}

/** An answer that no time has to pass for; undefined: it waits for something. */
async function atOnce<T>(answer: Promise<T> | undefined): Promise<T | undefined> {
  return Promise.race([answer, setImmediate(undefined)]);
}
