/** The composition root: builds every part, starts them in order, stops them in order. */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import {
  Subject,
  connect,
  defer,
  delay,
  merge,
  pairwise,
  startWith,
  takeUntil,
  tap,
  type Observable,
} from 'rxjs';
import type { Config } from './config/schema.ts';
import { createFleet, unchanged, type Fleet, type FleetUpdate } from './core/fleet.ts';
import type { Millis } from './core/time.ts';
import { OpenStreams } from './grpc/open-streams.ts';
import { createGrpcServer, type GrpcServer } from './grpc/server.ts';
import { createServerCredentials, type ServerTls } from './grpc/tls.ts';
import { WriteQueue } from './grpc/write-queue.ts';
import { createRoutes } from './http/routes.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import { logUpdate } from './observability/log-updates.ts';
import type { Logger } from './observability/logger.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import {
  createGrpcObserver,
  createSourceObserver,
  createTlsObserver,
} from './observability/observers.ts';
import { createDemand, type Demand } from './pipeline/demand.ts';
import { createDirectory, type Directory } from './pipeline/directory.ts';
import { fleetUpdates } from './pipeline/fleet.ts';
import { readiness } from './pipeline/readiness.ts';
import type { Source } from './pipeline/source.ts';
import { createSources } from './sources/index.ts';

/** How long a tenant stays in demand after KEDA's last call about it: several polls of the slowest KEDA. */
const DEMAND: Millis = 15 * 60_000;

/**
 * How far the log and the counters are behind what is pushed. When every tenant changes at once, that is
 * about as long as it takes to push, and writing 10,000 lines in between would make the last one wait.
 */
const RECORD_LAG: Millis = 100;

export interface AppOptions {
  readonly version: string;
  /** In place of the configured ones, lowest rank first: for benchmarks and for other sources. */
  readonly sources?: readonly Source[];
}

/** A running license-scaler. */
export interface App {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Stops in order; resolves at the latest after `shutdown.deadline`. */
  stop(): Promise<void>;
}

/** What `/readyz` and gRPC health go by. */
interface Phase {
  hasAnswers: boolean;
  isStopping: boolean;
}

/** The parts that have to do with one another in more than one step. */
interface Parts {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly sources: readonly Source[];
  readonly initial: Fleet;
  readonly directory: Directory;
  readonly demand: Demand;
  readonly tls: ServerTls;
  readonly phase: Phase;
  readonly stop$: Subject<void>;
}

/**
 * Starts license-scaler. Resolves when both ports are open; that the license service is down does not
 * keep it from starting.
 *
 * @throws OperatorError where a port is in use or a certificate can't be read
 */
export async function startApp(config: Config, logger: Logger, options: AppOptions): Promise<App> {
  const parts = build(config, logger, options, await createServerCredentials(config.grpc.tls));
  const grpc = buildGrpc(parts);
  const http = buildHttp(parts);
  const ports = await listen(grpc, http, config);
  run(parts, grpc).subscribe({
    error: (error: unknown) => {
      // The pipeline is the program: without it, nothing that is answered would be true any more.
      logger.fatal({ err: error }, 'the pipeline broke, please report it');
      throw error;
    },
  });
  return { ...ports, stop: () => stop(parts, grpc, http) };
}

function build(config: Config, logger: Logger, options: AppOptions, tls: ServerTls): Parts {
  const metrics = createMetrics(() => directory.fleet(), Date.now, options.version);
  const sources = options.sources ?? configuredSources(config, metrics, logger);
  const initial = createFleet(sources.map(({ info }) => info));
  const directory = createDirectory(initial, config.hold.maxStaleness);
  return {
    config,
    logger,
    metrics,
    sources,
    initial,
    directory,
    demand: createDemand(DEMAND),
    tls,
    phase: { hasAnswers: false, isStopping: false },
    stop$: new Subject(),
  };
}

function configuredSources(config: Config, metrics: Metrics, logger: Logger): Source[] {
  const { licenseFile, licenseService, overridesFile } = config;
  const observer = createSourceObserver(metrics, logger);
  return createSources({
    licenseFile,
    licenseService: licenseService && { ...licenseService, observer },
    overridesFile,
  });
}

function buildGrpc({ config, logger, metrics, directory, demand, tls }: Parts): GrpcServer {
  const context = {
    directory,
    demand,
    observer: createGrpcObserver(metrics, logger),
    streams: new OpenStreams(),
    queue: new WriteQueue(),
    repeats: config.push.repeats,
    defaultReplicas: config.replicas.default,
  };
  return createGrpcServer(context, tls.credentials);
}

function buildHttp({ logger, metrics, directory, phase }: Parts): HttpServer {
  const routes = createRoutes({
    fleet: directory.fleet,
    isReady: () => phase.hasAnswers && !phase.isStopping,
    metrics: metrics.expose,
  });
  return createHttpServer(routes, (path, error) => {
    logger.error({ path, err: error }, `${path} failed in a way that it should not`);
  });
}

async function listen(
  grpc: GrpcServer,
  http: HttpServer,
  config: Config,
): Promise<Pick<App, 'grpcPort' | 'httpPort'>> {
  const grpcPort = await grpc.listen(config.grpc.listen);
  try {
    return { grpcPort, httpPort: await http.listen(config.http.listen) };
  } catch (error) {
    grpc.kill();
    throw error;
  }
}

/** The next turn of the event loop, after what was ready has been read and written. */
const turn$ = defer(() => setImmediate());

/** Everything that happens, once subscribed to; ends by `stop$` alone. */
function run(parts: Parts, grpc: GrpcServer): Observable<unknown> {
  const { sources, demand, directory, initial, phase, tls, metrics, logger, stop$ } = parts;
  const observed$ = merge(...sources.map((source) => source.observe(demand.changes$)));
  const updates$ = fleetUpdates(
    observed$.pipe(takeUntil(stop$)),
    sources.map(({ info }) => info),
    turn$,
  ).pipe(directory.follow);
  const followed$ = updates$.pipe(
    takeUntil(stop$),
    connect((shared$) =>
      merge(readiness(shared$, initial).pipe(tap(serving(grpc, phase))), record(shared$, parts)),
    ),
  );
  const reloaded$ = tls.reloads$.pipe(tap(createTlsObserver(metrics, logger)), takeUntil(stop$));
  // Not cut off as a whole: what has happened is recorded, even if that is only done after the stop.
  return merge(followed$, reloaded$);
}

/** Counts and logs every update: the only place that does. */
function record(
  updates$: Observable<FleetUpdate>,
  { initial, metrics, logger }: Parts,
): Observable<unknown> {
  return updates$.pipe(
    delay(RECORD_LAG),
    startWith(unchanged(initial)),
    pairwise(),
    tap(([before, update]) => {
      metrics.count(update);
      logUpdate(logger, before.fleet, update, Date.now());
    }),
  );
}

function serving(grpc: GrpcServer, phase: Phase): (hasAnswers: boolean) => void {
  return (hasAnswers) => {
    phase.hasAnswers = hasAnswers;
    grpc.setServing(hasAnswers && !phase.isStopping);
  };
}

/**
 * Not ready first; a pause, in which Kubernetes takes the pod out of its Service; then streams and calls
 * are ended. The deadline holds for all of it.
 */
async function stop(parts: Parts, grpc: GrpcServer, http: HttpServer): Promise<void> {
  const { phase, stop$, logger } = parts;
  const { delay: pause, deadline } = parts.config.shutdown;
  const inTime = new AbortController();
  const late = sleep(deadline, true, { signal: inTime.signal }).catch(() => false);
  phase.isStopping = true;
  grpc.setServing(false);
  const drained = sleep(pause)
    .then(() => grpc.drain())
    .then(() => false);
  if (await Promise.race([drained, late])) {
    logger.warn({ deadline }, 'shutdown.deadline is over: what is still open is cut off');
    grpc.kill();
  }
  inTime.abort();
  stop$.next();
  stop$.complete();
  await http.close();
}
