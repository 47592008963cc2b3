/** A client that keeps KEDA's rules: what the tests call when they say "KEDA". */
import { credentials, status, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js';
import { EventEmitter, once } from 'node:events';
import {
  ExternalScalerClient,
  type GetMetricSpecResponse,
  type GetMetricsResponse,
  type IsActiveResponse,
  type ScaledObjectRef,
} from '../../generated/externalscaler.ts';
import { PATIENCE_MS } from './patience.ts';

/** A ScaledObject as KEDA sends it; every key of the trigger's metadata goes along, `scalerAddress` too. */
export function scaledObject(
  namespace: string,
  metadata: Record<string, string> = {},
  name = 'scaled-service',
): ScaledObjectRef {
  return { name, namespace, scalerMetadata: { scalerAddress: 'license-scaler:6000', ...metadata } };
}

/** One push stream: what arrived on it, and how it ended each time. */
export interface PushStream {
  readonly states: boolean[];
  /** The status of every stream that ended, `OK` included. */
  readonly ends: string[];
  /** Resolves when `count` states have arrived in all; rejects after 5 s. */
  received(count: number): Promise<boolean[]>;
  ended(count: number): Promise<string[]>;
  cancel(): void;
}

export interface KedaOptions {
  readonly channelCredentials?: ChannelCredentials;
  /** KEDA's first wait before a reconnect, 2 s; shorter here so that tests need not wait. */
  readonly firstRetryMs?: number;
}

const MAX_RETRY_FACTOR = 30;

/** One operator: one connection for all ScaledObjects of an address, no deadlines, fail-fast calls. */
export class Keda {
  readonly client: ExternalScalerClient;
  readonly #firstRetryMs: number;
  readonly #streams = new Set<PushStream>();

  constructor(address: string, options: KedaOptions = {}) {
    this.#firstRetryMs = options.firstRetryMs ?? 2_000;
    this.client = new ExternalScalerClient(
      address,
      options.channelCredentials ?? credentials.createInsecure(),
      {
        'grpc.use_local_subchannel_pool': 1,
        'grpc.initial_reconnect_backoff_ms': 100,
        // The certificates of the tests are for this name.
        'grpc.ssl_target_name_override': 'localhost',
      },
    );
  }

  /** Opens StreamIsActive and keeps it open: 2 s doubling to 60 s between attempts, from 2 s again after status OK. */
  push(ref: ScaledObjectRef): PushStream {
    const events = new EventEmitter().setMaxListeners(0);
    const states: boolean[] = [];
    const ends: string[] = [];
    let isCancelled = false;
    let retryMs = this.#firstRetryMs;
    let timer: NodeJS.Timeout | undefined;
    let cancelCall = (): void => undefined;
    const open = (): void => {
      const call = this.client.streamIsActive(ref);
      cancelCall = () => {
        call.cancel();
      };
      call.on('data', ({ result }: { result: boolean }) => {
        states.push(result);
        events.emit('state');
      });
      call.on('error', () => undefined);
      call.on('status', ({ code }) => {
        ends.push(status[code]);
        if (code === status.OK) retryMs = this.#firstRetryMs;
        if (!isCancelled) {
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
      received: (count) => until(events, 'state', states, count),
      ended: (count) => until(events, 'end', ends, count),
      cancel: () => {
        isCancelled = true;
        clearTimeout(timer);
        cancelCall();
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
      return { active: result, replicas: Number(metricValues[0]?.metricValueFloat) };
    } catch (error) {
      const { code, details } = error as ServiceError;
      return { error: status[code], details };
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
