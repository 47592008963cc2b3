/** The metrics: names by Prometheus' rules, labels of few values, nothing per tenant. One file a subject in metrics/. */
import { Registry } from 'prom-client';
import type { Fleet } from '../core/fleet.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Instant } from '../core/time.ts';
import type { Account } from './account.ts';
import type { Holds } from './holds.ts';
import { registerCallMetrics, type ScaledObjectActivity } from './metrics/call-metrics.ts';
import { registerFleetMetrics } from './metrics/fleet-metrics.ts';
import { registerHoldMetrics } from './metrics/hold-metrics.ts';
import {
  registerProcessMetrics,
  registerTlsMetrics,
  type Build,
} from './metrics/process-metrics.ts';
import { registerPushMetrics } from './metrics/push-metrics.ts';
import { registerScaleMetrics } from './metrics/scale-metrics.ts';
import { registerSourceMetrics } from './metrics/source-metrics.ts';
import { registerStreamMetrics } from './metrics/stream-metrics.ts';

/** What the metrics are made of. Functions are called at each scrape. */
export interface MetricsOptions extends Build {
  readonly fleet: () => Fleet;
  /** The wall clock. */
  readonly now: () => Instant;
  readonly holds: Pick<Holds, 'size' | 'oldest'>;
  readonly scaledObjects: () => Iterable<ScaledObjectActivity>;
  /** The tenants that KEDA asks about, some perhaps more than once. */
  readonly asked?: (() => Iterable<TenantId>) | undefined;
  /** How many lines of the log were dropped, where that can happen. */
  readonly droppedLines?: (() => number) | undefined;
}

/** What can be counted, under the names that the side port shows. */
export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics(options: MetricsOptions) {
  const registry = new Registry();
  const { fleet, now, holds, scaledObjects } = options;
  registerProcessMetrics(registry, options);
  registerHoldMetrics(registry, holds, now);
  const sources = registerSourceMetrics(registry, fleet, now);
  const { transitions } = registerFleetMetrics(registry, fleet, options.asked);
  return {
    registry,
    sources,
    streams: registerStreamMetrics(registry),
    pushes: registerPushMetrics(registry, now),
    scale: registerScaleMetrics(registry),
    ...registerCallMetrics(registry, scaledObjects, now),
    ...registerTlsMetrics(registry),
    /** The text for Prometheus, and its content type. */
    expose: async (): Promise<{ type: string; body: string }> => ({
      type: registry.contentType,
      body: await registry.metrics(),
    }),
    /** Counts what happened. */
    count({ transitions: changes, answered }: Account): void {
      if (answered !== undefined) sources.sighted(answered.source, answered.at);
      for (const { before, after } of changes) {
        if (before.status === after.status) continue;
        transitions.inc({ from: before.status, to: after.status, reason: after.reason });
      }
    },
  };
}
