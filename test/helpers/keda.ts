/** A client that keeps KEDA's rules: what the tests call when they say "KEDA". */
import { credentials, status, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js';
import { EventEmitter, once } from 'node:events';
import {
  ExternalScalerClient,
  type GetMetricSpecResponse,
  type GetMetricsResponse,
  type IsActiveResponse,
  type MetricSpec,
  type ScaledObjectRef,
} from '../../generated/externalscaler.ts';
import { PATIENCE_MS } from './patience.ts';

/** A ScaledObject as KEDA sends it; every key of the trigger's metadata goes along, `scalerAddress` too. */
export function scaledObject(
  namespace: string,
  metadata: Record<string, string> = {},
  name = 'scaled-service',
): ScaledObjectRef {
  return {
    name,
    namespace,
    scalerMetadata: { scalerAddress: 'license-scaler:6000', ...metadata },
  };
}

/** One push stream: what arrived on it, and how it ended each time. */
export interface PushStream {
  readonly states: boolean[];
  /** The status of every stream that ended, `OK` included. */
  readonly ends: string[];
  /** How long KEDA waits after each end before it opens the stream again, in milliseconds. */
  readonly waits: number[];
  /** What KEDA scales the target by: a part of the states, which part depends on its release. */
  readonly acted: boolean[];
  /** What StreamMetricSpec told, message by message: KEDA opens it beside from 2.21 on. */
  readonly specs: MetricSpec[][];
  /** Resolves when `count` states have arrived in all; rejects after PATIENCE_MS. */
  received(count: number): Promise<boolean[]>;
  ended(count: number): Promise<string[]>;
  cancel(): void;
}

/** Where KEDA's rules for pushes changed: what it acts on, when it begins again with its first wait, what it opens. */
export type KedaRelease = '2.17.0' | '2.17.3' | '2.20.2' | '2.21.0';

export interface KedaOptions {
  /** 2.20.2 if not given: the newest that opens one stream for each ScaledObject, and not two. */
  readonly release?: KedaRelease;
  readonly channelCredentials?: ChannelCredentials;
  /** KEDA's first wait before a reconnect, 2 s; shorter here so that tests need not wait. */
  readonly firstRetryMs?: number;
}

const MAX_RETRY_FACTOR = 30;

/** As KEDA has it. */
const SERVICE_CONFIG = JSON.stringify({
  loadBalancingConfig: [{ round_robin: {} }],
});

/** One operator: one connection for all ScaledObjects of an address, round robin, no deadlines, fail-fast calls. */
export class Keda {
  readonly client: ExternalScalerClient;
  readonly #release: KedaRelease;
  readonly #firstRetryMs: number;
  readonly #streams = new Set<PushStream>();

  constructor(address: string, options: KedaOptions = {}) {
    this.#release = options.release ?? '2.20.2';
    this.#firstRetryMs = options.firstRetryMs ?? 2_000;
    this.client = new ExternalScalerClient(
      address,
      options.channelCredentials ?? credentials.createInsecure(),
      {
        'grpc.use_local_subchannel_pool': 1,
        'grpc.service_config': SERVICE_CONFIG,
        'grpc.initial_reconnect_backoff_ms': 100,
        // The certificates of the tests are for this name.
        'grpc.ssl_target_name_override': 'localhost',
      },
    );
  }

  /** As KEDA begins with a new or edited ScaledObject: asks what its metric is called, then opens the stream. */
  async operate(ref: ScaledObjectRef): Promise<PushStream> {
    const isNamed = await this.call<GetMetricSpecResponse>((done) =>
      this.client.getMetricSpec(ref, done),
    ).then(
      ({ metricSpecs }) => metricSpecs.length > 0,
      () => false,
    );
    return this.push(ref, isNamed);
  }

  /**
   * Opens StreamIsActive and keeps it open: 2 s doubling to 60 s between attempts, from 2 s again after status OK
   * (since 2.17.1).
   *
   * @param isNamed whether KEDA knows the metric's name, without which 2.20 and later drop what is pushed
   */
  push(ref: ScaledObjectRef, isNamed = true): PushStream {
    const events = new EventEmitter().setMaxListeners(0);
    const states: boolean[] = [];
    const ends: string[] = [];
    const waits: number[] = [];
    const acted: boolean[] = [];
    const specs: MetricSpec[][] = [];
    const isActedOn = (state: boolean): boolean =>
      this.#release.startsWith('2.17.') ? true : state && isNamed;
    let isCancelled = false;
    // From 2.21 on; when it ends it is opened again together with the other one, which ends at the same time.
    const openSpecs = (): void => {
      if (this.#release !== '2.21.0') return;
      const call = this.client.streamMetricSpec(ref);
      cancelSpecs = () => {
        call.cancel();
      };
      call.on('data', ({ metricSpecs }: GetMetricSpecResponse) => {
        specs.push(metricSpecs);
        events.emit('specs');
      });
      call.on('error', () => undefined);
    };
    let cancelSpecs = (): void => undefined;
    let retryMs = this.#firstRetryMs;
    let timer: NodeJS.Timeout | undefined;
    let cancelCall = (): void => undefined;
    const open = (): void => {
      cancelSpecs();
      openSpecs();
      const call = this.client.streamIsActive(ref);
      cancelCall = () => {
        call.cancel();
      };
      call.on('data', ({ result }: { result: boolean }) => {
        states.push(result);
        if (isActedOn(result)) acted.push(result);
        events.emit('state');
      });
      call.on('error', () => undefined);
      call.on('status', ({ code }) => {
        ends.push(status[code]);
        if (code === status.OK && this.#release !== '2.17.0') retryMs = this.#firstRetryMs;
        if (!isCancelled) {
          waits.push(retryMs);
          timer = setTimeout(open, retryMs);
          retryMs = Math.min(retryMs * 2, this.#firstRetryMs * MAX_RETRY_FACTOR);
        }
        events.emit('end');
      });
    };
    open();
    const stream: PushStream = {
      states,
      ends,
      waits,
      acted,
      specs,
      received: (count) => until(events, 'state', states, count),
      ended: (count) => until(events, 'end', ends, count),
      cancel: () => {
        isCancelled = true;
        clearTimeout(timer);
        cancelCall();
        cancelSpecs();
        this.#streams.delete(stream);
      },
    };
    this.#streams.add(stream);
    return stream;
  }

  /** One poll, the three calls that KEDA makes: the metric's value and whether it is active, or the error. */
  async poll(ref: ScaledObjectRef): Promise<Poll> {
    const { metricSpecs } = await this.call<GetMetricSpecResponse>((done) =>
      this.client.getMetricSpec(ref, done),
    );
    const metricName = metricSpecs[0]?.metricName ?? '';
    try {
      const request = { scaledObjectRef: ref, metricName };
      const { metricValues } = await this.call<GetMetricsResponse>((done) =>
        this.client.getMetrics(request, done),
      );
      const { result } = await this.call<IsActiveResponse>((done) =>
        this.client.isActive(ref, done),
      );
      return {
        active: result,
        replicas: Number(metricValues[0]?.metricValueFloat),
      };
    } catch (error) {
      const { code, details } = error as ServiceError;
      return { error: status[code], details };
    }
  }

  /**
   * Polls, as KEDA does, until there is an answer: on a busy machine the first one about a tenant takes longer than a
   * call waits for it.
   */
  async answered(ref: ScaledObjectRef): Promise<Poll> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const poll = await this.poll(ref);
      if (!('error' in poll)) return poll;
      if (signal.aborted) throw new Error(`not answered in time: ${poll.details}`);
    }
  }

  call<T>(start: (done: (error: ServiceError | null, response: T) => void) => unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      start((error, response) => {
        if (error === null) resolve(response);
        else reject(error);
      });
    });
  }

  close(): void {
    for (const stream of this.#streams) stream.cancel();
    this.client.close();
  }
}

export type Poll =
  | { readonly active: boolean; readonly replicas: number }
  | { readonly error: string; readonly details: string };

async function until<T>(
  events: EventEmitter,
  event: string,
  list: readonly T[],
  count: number,
): Promise<T[]> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  while (list.length < count) {
    await once(events, event, { signal }).catch(() => {
      throw new Error(`${list.length} of ${count} ${event}s arrived in time: ${list.join(', ')}`);
    });
  }
  return [...list];
}
