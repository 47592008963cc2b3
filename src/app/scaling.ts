/** The room that scales by itself, put together where it is switched on; otherwise nothing of it is loaded. */
import { EMPTY, retry, tap, timer, type Observable } from 'rxjs';
import type { Config } from '../config/schema.ts';
import type { FleetUpdate } from '../core/fleet.ts';
import { decide } from '../core/merge.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant, Millis } from '../core/time.ts';
import type { ScaledObjects } from '../grpc/scaled-objects.ts';
import type { LimitedLog } from '../observability/limited-log.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createScaleObserver } from '../observability/scale-observer.ts';
import type { Directory } from '../pipeline/directory.ts';
import type { Act, ScalerOptions } from '../scaling/scaling.ts';

const BEGIN_ANEW: Millis = 1_000;

/** What it is put together from. */
interface ScalingParts {
  readonly config: Config;
  readonly metrics: Metrics;
  readonly lines: LimitedLog;
  readonly directory: Directory;
  readonly scaledObjects: ScaledObjects;
  readonly opened$: Observable<TenantId>;
}

/** What follows from updates, once subscribed to; the streams must have been told before. */
export type Scaling = (updates$: Observable<FleetUpdate>) => Observable<unknown>;

/** @throws OperatorError where it is wanted and there is no cluster to be found */
export async function buildScaling(parts: ScalingParts): Promise<Scaling> {
  const { config, metrics, lines, scaledObjects, opened$ } = parts;
  if (!scales(config)) return () => EMPTY;
  const [scaling, { createCluster }] = await Promise.all([
    import('../scaling/scaling.ts'),
    import('../scaling/kubernetes-cluster.ts'),
  ]);
  const options = { ...wishesOf(parts), cluster: createCluster(config.kubernetes.kubeconfig) };
  const observe = createScaleObserver(metrics, lines);
  return (updates$) =>
    scaling.scaleByLicense(updates$, opened$, options).pipe(
      tap((act) => {
        observe(act);
        scaledObjects.acted(act.scaledObject, describe(act));
      }),
      // What is only a shortcut must not take the rest of the program with it.
      retry({
        delay: (error: unknown) => {
          const message = 'scaling by itself failed in a way that it should not; it begins anew';
          lines.write('error', 'scaling', { err: error }, message);
          return timer(BEGIN_ANEW);
        },
      }),
    );
}

/** Whether anything is scaled from here. */
export function scales({ suspension, reinstatement }: Config): boolean {
  return suspension.mode === 'scale' || reinstatement === 'push+scale';
}

function wishesOf({
  config,
  directory,
  scaledObjects,
}: ScalingParts): Omit<ScalerOptions, 'cluster'> {
  const { suspension, reinstatement, replicas } = config;
  return {
    suspends: suspension.mode === 'scale',
    reinstates: reinstatement === 'push+scale',
    maxPerSecond: suspension.maxPerSecond,
    burst: suspension.burst,
    defaultReplicas: replicas.default,
    outlook: (tenant) => directory.outlook(tenant),
    confirmedAt: (tenant) => confirmedAt(directory, tenant),
    scaledObjectsOf: (tenant) => scaledObjects.of(tenant),
  };
}

/** When what is known of a tenant was last confirmed by the source that decides; undefined where it can't be acted on. */
function confirmedAt(directory: Directory, tenant: TenantId): Instant | undefined {
  const { tenants, sources } = directory.fleet();
  const decision = decide(tenants.get(tenant)?.words ?? [], sources, Date.now());
  if (decision.kind === 'undecided' || decision.doubt !== undefined) return undefined;
  return decision.knownAt;
}

function describe({ direction, result, why }: Act): string {
  return `${direction}: ${result}: ${why}`;
}
