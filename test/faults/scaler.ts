/** license-scaler without its ports: the one file of the fault matrix that knows how it is put together. */
import type { ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { defer, merge, Subject, takeUntil, type Observable } from 'rxjs';
import type {
  GetMetricsRequest,
  GetMetricsResponse,
  IsActiveResponse,
  ScaledObjectRef,
} from '../../generated/externalscaler.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { createFleet } from '../../src/core/fleet.ts';
import { createExternalScaler } from '../../src/grpc/external-scaler.ts';
import { OpenStreams } from '../../src/grpc/open-streams.ts';
import { Renewals } from '../../src/grpc/renewals.ts';
import { ScaledObjects } from '../../src/grpc/scaled-objects.ts';
import { WriteQueue } from '../../src/grpc/write-queue.ts';
import { createDemand } from '../../src/pipeline/demand.ts';
import { createDirectory } from '../../src/pipeline/directory.ts';
import { fleetUpdates } from '../../src/pipeline/fleet.ts';
import type { Source } from '../../src/pipeline/source.ts';
import { createSources } from '../../src/sources/index.ts';
import { scaledObject } from '../helpers/keda.ts';

/** Where the facts are; a section that is undefined is not configured. */
export interface Places {
  readonly licenseService?: { readonly url: string; readonly mode: 'per-tenant' | 'list' };
  readonly licenseFile?: { readonly path: string };
  readonly overridesFile?: { readonly path: string };
}

/** A machine may sleep for hours in these cases. */
const HOLD = { maxStaleness: '24h' };

/** What a call was answered with. */
export type Answer<T> = { readonly value: T } | { readonly error: string };

/** One process of license-scaler, as KEDA sees it. */
export interface Scaler {
  /** Opens a stream about the tenant. `hear` is told what comes, `end` how it ended: an error, or undefined. */
  stream(tenant: string, hear: (active: boolean) => void, end: (error?: string) => void): void;
  isActive(tenant: string): Promise<Answer<boolean>>;
  replicas(tenant: string): Promise<Answer<number>>;
  /** Ends every stream, as a stop does before the sources are left. */
  endStreams(): Promise<void>;
  /** Leaves the sources. */
  leave(): void;
}

/** A change that is made to the sources: to break license-scaler on purpose. */
export type Mutation = (source: Source) => Source;

/** Configured as it would be by a file, with every default but for the log. */
export async function configure(places: Places): Promise<Config> {
  const env = Object.entries({ ...places, hold: HOLD }).flatMap(([section, keys]) =>
    Object.entries(keys as Record<string, string>).map(([key, value]) => [
      `LICENSE_SCALER_${upper(section)}_${upper(key)}`,
      value,
    ]),
  );
  return loadConfig({ env: Object.fromEntries(env) as Record<string, string> });
}

function upper(name: string): string {
  return name.replace(/[A-Z]/g, '_$&').toUpperCase();
}

const DEMAND = 15 * 60_000;
const turn$ = defer(() => setImmediate());
const nothing = (): void => undefined;

/** Starts license-scaler. Nothing is opened but what its sources open. */
export function startScaler(
  config: Config,
  mutate: Mutation,
  broke: (error: unknown) => void,
): Scaler {
  const { licenseFile, licenseService, overridesFile, hold } = config;
  const sources = createSources({ licenseFile, licenseService, overridesFile }).map(mutate);
  const infos = sources.map(({ info }) => info);
  const directory = createDirectory(createFleet(infos), hold.maxStaleness);
  const demand = createDemand(DEMAND);
  const stop$ = new Subject<void>();
  const updates$: Observable<unknown> = fleetUpdates(
    (refresh$) => merge(...sources.map((source) => source.observe(demand.changes$, refresh$))),
    infos,
    turn$,
  ).pipe(directory.follow);
  updates$.pipe(takeUntil(stop$)).subscribe({ error: broke });
  const streams = new OpenStreams();
  const handlers = createExternalScaler({
    directory,
    demand,
    observer: {
      streamOpened: nothing,
      streamEnded: nothing,
      streamRefused: nothing,
      pushed: nothing,
      coalesced: nothing,
      answered: nothing,
      crashed: (_method, error) => {
        broke(error);
      },
    },
    streams,
    scaledObjects: new ScaledObjects(DEMAND, Date.now),
    queue: new WriteQueue(),
    renewals: new Renewals(() => performance.now()),
    repeats: config.push.repeats,
    defaultReplicas: config.replicas.default,
  });
  return {
    stream(tenant, hear, end) {
      handlers.streamIsActive(new FakeStream(tenant, hear, end).asCall());
    },
    async isActive(tenant) {
      const call = callOf(scaledObject(tenant));
      const response = await answerOf<IsActiveResponse>((done) => {
        handlers.isActive(call as ServerUnaryCall<ScaledObjectRef, IsActiveResponse>, done);
      });
      return 'error' in response ? response : { value: response.value.result };
    },
    async replicas(tenant) {
      const call = callOf({
        scaledObjectRef: scaledObject(tenant),
        metricName: 'license-replicas',
      });
      const response = await answerOf<GetMetricsResponse>((done) => {
        handlers.getMetrics(call as ServerUnaryCall<GetMetricsRequest, GetMetricsResponse>, done);
      });
      if ('error' in response) return response;
      return { value: Number(response.value.metricValues[0]?.metricValueFloat) };
    },
    endStreams: () => streams.endAll(),
    leave() {
      stop$.next();
      stop$.complete();
    },
  };
}

/** As much of a call as the handlers look at. */
function callOf(request: unknown): unknown {
  return { request, metadata: { get: () => [] }, getPeer: () => 'keda' };
}

type Done<T> = (error: unknown, response?: T | null) => void;

function answerOf<T>(start: (done: Done<T>) => void): Promise<Answer<T>> {
  return new Promise((resolve) => {
    start((error, response) => {
      if (response === undefined || response === null) resolve({ error: describe(error) });
      else resolve({ value: response });
    });
  });
}

function describe(error: unknown): string {
  const { code, details } = error as { code?: number; details?: string };
  return `${code ?? ''} ${details ?? String(error)}`;
}

/** As much of a server stream as the handler looks at. Its reader keeps up. */
class FakeStream extends EventEmitter {
  readonly request: ScaledObjectRef;
  readonly metadata = { get: () => [] };
  readonly #hear: (active: boolean) => void;

  constructor(tenant: string, hear: (active: boolean) => void, end: (error?: string) => void) {
    super();
    this.request = scaledObject(tenant);
    this.#hear = hear;
    this.once('error', (error) => {
      end(describe(error));
    });
    this.once('end', () => {
      end();
    });
  }

  asCall(): ServerWritableStream<ScaledObjectRef, IsActiveResponse> {
    return this as unknown as ServerWritableStream<ScaledObjectRef, IsActiveResponse>;
  }

  getPeer(): string {
    return 'keda';
  }

  write({ result }: IsActiveResponse, done: () => void): boolean {
    this.#hear(result);
    queueMicrotask(done);
    return true;
  }

  end(): void {
    this.emit('end');
    this.emit('close');
  }
}
