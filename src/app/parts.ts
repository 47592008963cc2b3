/** The parts: built here, put together in app.ts. */
import { Subject } from 'rxjs';
import type { Config } from '../config/schema.ts';
import { createFleet } from '../core/fleet.ts';
import type { Millis } from '../core/time.ts';
import { OpenStreams } from '../grpc/open-streams.ts';
import { Renewals } from '../grpc/renewals.ts';
import { createGrpcServer, type GrpcServer } from '../grpc/server.ts';
import type { ServerTls } from '../grpc/tls.ts';
import { WriteQueue } from '../grpc/write-queue.ts';
import { createRoutes } from '../http/routes.ts';
import { createHttpServer, type HttpServer } from '../http/server.ts';
import type { Logger } from '../observability/logger.ts';
import { createMetrics, type Metrics } from '../observability/metrics.ts';
import { createGrpcObserver, createSourceObserver } from '../observability/observers.ts';
import { createDemand, type Demand } from '../pipeline/demand.ts';
import { createDirectory, type Directory } from '../pipeline/directory.ts';
import type { Source } from '../pipeline/source.ts';
import { createSources } from '../sources/index.ts';

/** How long a tenant stays in demand after KEDA's last call about it: several polls of the slowest KEDA. */
const DEMAND: Millis = 15 * 60_000;

export interface AppOptions {
  readonly version: string;
  /** In place of the configured ones, lowest rank first: for benchmarks and for other sources. */
  readonly sources?: readonly Source[];
}

/** What `/readyz` and gRPC health go by. */
export interface Phase {
  hasAnswers: boolean;
  isStopping: boolean;
}

/** What is built before anything is opened, and what the steps of a life have in common. */
export interface Parts {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly sources: readonly Source[];
  readonly directory: Directory;
  readonly demand: Demand;
  readonly tls: ServerTls;
  readonly phase: Phase;
  readonly stop$: Subject<void>;
}

/** Builds everything but the two servers. Nothing is read or opened. */
export function buildParts(
  config: Config,
  logger: Logger,
  options: AppOptions,
  tls: ServerTls,
): Parts {
  const metrics = createMetrics(() => directory.fleet(), Date.now, options.version);
  const sources = options.sources ?? configuredSources(config, metrics, logger);
  const initial = createFleet(sources.map(({ info }) => info));
  const directory = createDirectory(initial, config.hold.maxStaleness);
  return {
    config,
    logger,
    metrics,
    sources,
    directory,
    demand: createDemand(DEMAND),
    tls,
    phase: { hasAnswers: false, isStopping: false },
    stop$: new Subject(),
  };
}

function configuredSources(config: Config, metrics: Metrics, logger: Logger): Source[] {
  const { licenseFile, licenseService, overridesFile } = config;
  const observing = (source: string) => createSourceObserver(source, metrics, logger);
  return createSources({
    licenseFile: licenseFile && { ...licenseFile, observer: observing('license-file') },
    licenseService: licenseService && {
      ...licenseService,
      observer: observing('license-service'),
    },
    overridesFile,
  });
}

/** The server that KEDA calls; it does not listen yet. */
export function buildGrpc({ config, logger, metrics, directory, demand, tls }: Parts): GrpcServer {
  const context = {
    directory,
    demand,
    observer: createGrpcObserver(metrics, logger),
    streams: new OpenStreams(),
    queue: new WriteQueue(),
    renewals: new Renewals(() => performance.now()),
    repeats: config.push.repeats,
    defaultReplicas: config.replicas.default,
  };
  return createGrpcServer(context, tls.credentials);
}

/** The side port; it does not listen yet. */
export function buildHttp({ logger, metrics, directory, phase }: Parts): HttpServer {
  const routes = createRoutes({
    fleet: () => directory.fleet(),
    isReady: () => phase.hasAnswers && !phase.isStopping,
    metrics: () => metrics.expose(),
  });
  return createHttpServer(routes, (path, error) => {
    logger.error({ path, err: error }, `${path} failed in a way that it should not`);
  });
}
