/** The composition root: builds every part, starts them in order, stops them in order. */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import {
  concatMap,
  connect,
  defer,
  ignoreElements,
  map,
  merge,
  takeUntil,
  tap,
  type Observable,
} from 'rxjs';
import { listenOn } from './app/listen.ts';
import { buildGrpc, buildParts, type AppOptions, type Parts, type Phase } from './app/parts.ts';
import { buildScaling, type Scaling } from './app/scaling.ts';
import { buildHttp } from './app/side-port.ts';
import type { Address } from './config/address.ts';
import type { Config } from './config/schema.ts';
import type { FleetUpdate } from './core/fleet.ts';
import type { Millis } from './core/time.ts';
import type { GrpcServer } from './grpc/server.ts';
import { createServerCredentials } from './grpc/tls.ts';
import type { HttpServer } from './http/server.ts';
import { accountFor, newsAt, shares } from './observability/account.ts';
import type { Logger } from './observability/logger.ts';
import { createTlsObserver } from './observability/observers.ts';
import { inBatches } from './pipeline/batches.ts';
import { fleetUpdates } from './pipeline/fleet.ts';
import { readiness } from './pipeline/readiness.ts';
import { inTurns } from './pipeline/turns.ts';

/**
 * How far the log and the counters are behind what is pushed, at the most. When every tenant changes at once,
 * that is about as long as it takes to push, and writing 10,000 lines in between would make the last one wait.
 */
const RECORD_LAG: Millis = 500;

/** A running license-scaler. */
export interface App {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Stops in order; resolves at the latest after `shutdown.deadline`. */
  stop(): Promise<void>;
}

/**
 * Starts license-scaler. Resolves when both ports are open; that the license service is down does not
 * keep it from starting.
 *
 * @throws OperatorError where a port is in use, a certificate can't be read, or no cluster is found where one is needed
 */
export async function startApp(config: Config, logger: Logger, options: AppOptions): Promise<App> {
  const parts = buildParts(config, logger, options, await createServerCredentials(config.grpc.tls));
  const grpc = buildGrpc(parts);
  const http = buildHttp(parts);
  const scaling$ = await buildScaling(parts);
  const ports = await listen(grpc, http, parts);
  run(parts, grpc, scaling$).subscribe({
    error: (error: unknown) => {
      // The pipeline is the program: without it, nothing that is answered would be true any more.
      logger.fatal({ err: error }, 'the pipeline broke, please report it');
      throw error;
    },
  });
  return { ...ports, stop: () => stop(parts, grpc, http) };
}

async function listen(
  grpc: GrpcServer,
  http: HttpServer,
  { config, logger }: Parts,
): Promise<Pick<App, 'grpcPort' | 'httpPort'>> {
  const warn = (sentence: string): void => {
    logger.warn(sentence);
  };
  const listenGrpc = (address: Address): Promise<number> => grpc.listen(address);
  const grpcPort = await listenOn(listenGrpc, config.grpc.listen, warn);
  try {
    const listenHttp = (address: Address): Promise<number> => http.listen(address);
    return { grpcPort, httpPort: await listenOn(listenHttp, config.http.listen, warn) };
  } catch (error) {
    grpc.kill();
    throw error;
  }
}

/** The next turn of the event loop, after what was ready has been read and written. */
const turn$ = defer(() => setImmediate());

/** Everything that happens, once subscribed to; ends by `stop$` alone. */
function run(parts: Parts, grpc: GrpcServer, scaling$: Scaling): Observable<unknown> {
  const { sources, demand, directory, phase, tls, metrics, logger, stop$ } = parts;
  // Demand is listened to even where no source works from it: that is what lets it end.
  const demanded$ = demand.changes$.pipe(ignoreElements(), takeUntil(stop$));
  const updates$ = fleetUpdates(
    (refresh$) =>
      merge(...sources.map((source) => source.observe(demand.changes$, refresh$))).pipe(
        takeUntil(stop$),
      ),
    sources.map(({ info }) => info),
    turn$,
  );
  const followed$ = updates$.pipe(
    tap((update) => {
      metrics.pushes.news(newsAt(update));
    }),
    directory.follow,
    // eslint-disable-next-line rxjs-x/no-unsafe-takeuntil -- it stands before the multicast, which ends with it
    takeUntil(stop$),
    connect((shared$) =>
      merge(
        readiness(shared$, directory.fleet()).pipe(tap(serving(grpc, phase))),
        record(shared$, parts),
        scaling$(shared$).pipe(takeUntil(stop$)),
      ),
    ),
  );
  const reloaded$ = tls.reloads$.pipe(tap(createTlsObserver(metrics, logger)), takeUntil(stop$));
  // Not cut off as a whole: what has happened is recorded, even if that is only done after the stop.
  return merge(followed$, reloaded$, demanded$);
}

/** Counts and logs every update: the only place that does. */
function record(updates$: Observable<FleetUpdate>, parts: Parts): Observable<unknown> {
  return updates$.pipe(
    map(accountFor),
    inBatches(RECORD_LAG),
    concatMap((accounts) => inTurns(shares(accounts), turn$)),
    tap((accounts) => {
      for (const account of accounts) parts.history.write(account, Date.now());
      parts.record(accounts);
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
