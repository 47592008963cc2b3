/** The parts: built here, put together in app.ts. */
import { createHash } from 'node:crypto';
import { Subject } from 'rxjs';
import type { Config } from '../config/schema.ts';
import { showConfig } from '../config/show.ts';
import { createFleet } from '../core/fleet.ts';
import { DEFAULT_RULES } from '../core/license.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Millis } from '../core/time.ts';
import type { GrpcObserver } from '../grpc/observer.ts';
import { OpenStreams } from '../grpc/open-streams.ts';
import { ScaledObjects } from '../grpc/scaled-objects.ts';
import { Renewals } from '../grpc/renewals.ts';
import { createGrpcServer, type GrpcServer } from '../grpc/server.ts';
import type { ServerTls } from '../grpc/tls.ts';
import { WriteQueue } from '../grpc/write-queue.ts';
import type { Logger } from '../observability/logger.ts';
import { Holds } from '../observability/holds.ts';
import { LimitedLog } from '../observability/limited-log.ts';
import { createMetrics, type Metrics } from '../observability/metrics.ts';
import { createGrpcObserver, createSourceObserver } from '../observability/observers.ts';
import { createRecorder } from '../observability/recorder.ts';
import { createDemand, type Demand } from '../pipeline/demand.ts';
import { createDirectory, type Directory } from '../pipeline/directory.ts';
import { History } from '../pipeline/history.ts';
import type { Source } from '../pipeline/source.ts';
import { createSources } from '../sources/index.ts';
import { scales } from './scaling.ts';

/** How long a tenant stays in demand after KEDA's last call about it: several polls of the slowest KEDA. */
const DEMAND: Millis = 15 * 60_000;

export interface AppOptions {
  readonly version: string;
  /** In place of the configured ones, lowest rank first: for benchmarks and for other sources. */
  readonly sources?: readonly Source[];
  /** How many lines of the log were dropped, where that can happen. */
  readonly droppedLines?: () => number;
}

/** What `/readyz` and gRPC health go by. */
export interface Phase {
  hasAnswers: boolean;
  isStopping: boolean;
}

/** What is built before anything is opened, and what the steps of a life have in common. */
export interface Parts {
  readonly version: string;
  readonly config: Config;
  readonly logger: Logger;
  /** The log, for what may come by the thousand. */
  readonly lines: LimitedLog;
  readonly metrics: Metrics;
  /** Counts and logs what happened. */
  readonly record: ReturnType<typeof createRecorder>;
  readonly sources: readonly Source[];
  readonly directory: Directory;
  readonly demand: Demand;
  readonly scaledObjects: ScaledObjects;
  readonly history: History;
  readonly tls: ServerTls;
  readonly phase: Phase;
  /** The tenant of each stream whose first word was `false`, where somebody wants to know. */
  readonly opened$: Subject<TenantId>;
  readonly stop$: Subject<void>;
}

/** Builds everything but the two servers. Nothing is read or opened. */
export function buildParts(
  config: Config,
  logger: Logger,
  options: AppOptions,
  tls: ServerTls,
): Parts {
  const holds = new Holds();
  const scaledObjects = new ScaledObjects(DEMAND, Date.now);
  const metrics = createMetrics({
    fleet: () => directory.fleet(),
    now: Date.now,
    holds,
    scaledObjects: () => scaledObjects.list(),
    asked: () => scaledObjects.list().map(({ trigger }) => trigger.tenant),
    droppedLines: options.droppedLines,
    version: options.version,
    configHash: hashConfig(config),
  });
  const lines = new LimitedLog(logger);
  const sources = options.sources ?? configuredSources(config, metrics, lines);
  const initial = createFleet(sources.map(({ info }) => info));
  const directory = createDirectory(initial, config.hold.maxStaleness);
  return {
    version: options.version,
    config,
    logger,
    lines,
    metrics,
    record: createRecorder({
      metrics,
      logger,
      lines,
      holds,
      outlook: (tenant) => directory.outlook(tenant),
      now: Date.now,
    }),
    sources,
    directory,
    demand: createDemand(DEMAND),
    scaledObjects,
    history: new History(Date.now()),
    tls,
    phase: { hasAnswers: false, isStopping: false },
    opened$: new Subject(),
    stop$: new Subject(),
  };
}

/** Short, for it is only compared; made of what is shown of the configuration, and so of no secret. */
function hashConfig(config: Config): string {
  return createHash('sha256').update(showConfig(config)).digest('hex').slice(0, 12);
}

function configuredSources(config: Config, metrics: Metrics, lines: LimitedLog): Source[] {
  const { licenseFile, licenseService, overridesFile } = config;
  const observing = (source: string) => createSourceObserver(source, metrics, lines);
  return createSources({
    licenseFile: licenseFile && {
      ...licenseFile,
      // It usually holds what the service would say, in the same words.
      rules: licenseService ?? DEFAULT_RULES,
      observer: observing('license-file'),
    },
    licenseService: licenseService && {
      ...licenseService,
      observer: observing('license-service'),
    },
    overridesFile: overridesFile && { ...overridesFile, observer: observing('overrides-file') },
  });
}

/** The server that KEDA calls; it does not listen yet. */
export function buildGrpc(parts: Parts): GrpcServer {
  const { config, lines, metrics, directory, demand, scaledObjects, tls } = parts;
  const context = {
    directory,
    demand,
    observer: telling(createGrpcObserver(metrics, lines), parts),
    streams: new OpenStreams(),
    scaledObjects,
    queue: new WriteQueue(),
    renewals: new Renewals(() => performance.now()),
    repeats: config.push.repeats,
    defaultReplicas: config.replicas.default,
    required: config.tenants.require,
  };
  return createGrpcServer(context, tls.credentials);
}

/** Tells of streams that open for a tenant without a license, where that is acted on. */
function telling(observer: GrpcObserver, { config, opened$ }: Parts): GrpcObserver {
  if (!scales(config)) return observer;
  return {
    ...observer,
    pushed: (push, tenant) => {
      observer.pushed(push, tenant);
      if (push.cause === 'open' && !push.active) opened$.next(tenant);
    },
  };
}
