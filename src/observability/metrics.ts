/** The metrics: names by Prometheus' rules, labels of few values, nothing per tenant. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Fleet } from '../core/fleet.ts';
import type { Instant } from '../core/time.ts';
import type { Push } from '../pipeline/pushes.ts';
import type { Account } from './account.ts';

const PREFIX = 'license_scaler_';

/** What can be counted, under the names that the side port shows. */
export type Metrics = ReturnType<typeof createMetrics>;

/**
 * @param fleet read at each scrape
 * @param now the wall clock
 */
export function createMetrics(fleet: () => Fleet, now: () => Instant, version: string) {
  const registry = new Registry();
  // The default of 10 ms wakes an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  registerBuildInfo(registry, version);
  registerFleet(registry, fleet);
  const sighted = registerSightings(registry, now);
  const transitions = registerTransitions(registry);
  return {
    /** The text for Prometheus, and its content type. */
    expose: async (): Promise<{ type: string; body: string }> => ({
      type: registry.contentType,
      body: await registry.metrics(),
    }),
    /** Counts what happened. */
    count({ transitions: changes, answered }: Account): void {
      if (answered !== undefined) sighted(answered.source, answered.at);
      for (const { before, after } of changes) {
        if (before.status === after.status) continue;
        transitions.inc({ from: before.status, to: after.status, reason: after.reason });
      }
    },
    ...registerSourceMetrics(registry),
    ...registerGrpcMetrics(registry),
  };
}

function registerSourceMetrics(registry: Registry) {
  return {
    requests: new Histogram({
      name: `${PREFIX}source_request_duration_seconds`,
      help: 'How long requests to the license service took, by result.',
      labelNames: ['source', 'result'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    }),
    certificateEnd: new Gauge({
      name: `${PREFIX}certificate_expiry_timestamp_seconds`,
      help: 'When a certificate in use ends, in seconds since 1970; the earliest of the same subject.',
      labelNames: ['file', 'subject'],
      registers: [registry],
    }),
  };
}

function registerGrpcMetrics(registry: Registry) {
  return {
    streams: new Gauge({
      name: `${PREFIX}streams_open`,
      help: 'Streams that KEDA has open.',
      labelNames: ['method'],
      registers: [registry],
    }),
    pushed: registerPushes(registry),
    coalesced: new Counter({
      name: `${PREFIX}pushes_coalesced_total`,
      help: 'Messages replaced by a later state before they were sent.',
      registers: [registry],
    }),
    unary: new Histogram({
      name: `${PREFIX}unary_call_duration_seconds`,
      help: 'How long unary calls took; the count is the number of calls.',
      labelNames: ['method', 'code'],
      buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2],
      registers: [registry],
    }),
  };
}

/**
 * Counted in plain numbers, which a scrape turns into a metric: this is done for every message.
 *
 * @returns what is to be called for each message
 */
function registerPushes(registry: Registry): (push: Push) => void {
  const counts = { open: newCounts(), change: newCounts(), repeat: newCounts() };
  new Counter({
    name: `${PREFIX}pushes_total`,
    help: 'Messages sent on StreamIsActive: the first of a stream, a change, or a `true` repeated.',
    labelNames: ['cause', 'active'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [cause, { active, inactive }] of Object.entries(counts)) {
        this.inc({ cause, active: 'true' }, active);
        this.inc({ cause, active: 'false' }, inactive);
      }
    },
  });
  return ({ cause, active }) => {
    if (active) counts[cause].active++;
    else counts[cause].inactive++;
  };
}

function newCounts(): { active: number; inactive: number } {
  return { active: 0, inactive: 0 };
}

function registerTransitions(registry: Registry) {
  return new Counter({
    name: `${PREFIX}transitions_total`,
    help: 'Tenants whose standing changed, by the rule that decided.',
    labelNames: ['from', 'to', 'reason'],
    registers: [registry],
  });
}

/** @returns what is to be told of each source that was read with success */
function registerSightings(
  registry: Registry,
  now: () => Instant,
): (source: string, at: Instant) => void {
  const sightedAt = new Map<string, Instant>();
  new Gauge({
    name: `${PREFIX}source_age_seconds`,
    help: 'Seconds since a source was last read with success.',
    labelNames: ['source'],
    registers: [registry],
    collect() {
      for (const [source, at] of sightedAt) this.set({ source }, (now() - at) / 1000);
    },
  });
  new Gauge({
    name: `${PREFIX}source_last_success_timestamp_seconds`,
    help: 'When a source was last read with success, in seconds since 1970.',
    labelNames: ['source'],
    registers: [registry],
    collect() {
      for (const [source, at] of sightedAt) this.set({ source }, at / 1000);
    },
  });
  return (source, at) => {
    sightedAt.set(source, at);
  };
}

function registerBuildInfo(registry: Registry, version: string): void {
  new Gauge({
    name: `${PREFIX}build_info`,
    help: 'Always 1; the labels tell what runs.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.version }, 1);
}

/** Gauges that are read from the fleet when they are asked for, so that they cost nothing in between. */
function registerFleet(registry: Registry, fleet: () => Fleet): void {
  new Gauge({
    name: `${PREFIX}source_up`,
    help: 'Whether a source works (1) or fails (0), after it was tried for the first time.',
    labelNames: ['source'],
    registers: [registry],
    collect() {
      for (const { info, tried, understood, trouble } of fleet().sources) {
        if (tried) this.set({ source: info.name }, understood && trouble === undefined ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: `${PREFIX}tenants`,
    help: 'Tenants by standing.',
    labelNames: ['standing'],
    registers: [registry],
    collect() {
      for (const [standing, count] of Object.entries(fleet().counts)) this.set({ standing }, count);
    },
  });
}
