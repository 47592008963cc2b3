import { Counter, Gauge, collectDefaultMetrics, type Registry } from 'prom-client';
import { PREFIX } from './names.ts';

/** What runs, and how. */
export interface Build {
  readonly version: string;
  /** A short digest of the configuration in effect: the same on every replica that is configured alike. */
  readonly configHash: string;
}

/** Gauges of prom-client that are called as counters are; each is the sum of another one over its label `type`. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** What runs, and what Node.js tells of itself (the delay of the event loop, memory, CPU). */
export function registerProcessMetrics(
  registry: Registry,
  {
    version,
    configHash,
    droppedLines,
  }: Build & { readonly droppedLines?: (() => number) | undefined },
): void {
  // The default of 10 ms wakes an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  new Gauge({
    name: `${PREFIX}build_info`,
    help: 'Always 1; the labels tell what runs.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.version }, 1);
  new Gauge({
    name: `${PREFIX}config_info`,
    help: 'Always 1; the hash is the same where the configuration in effect is.',
    labelNames: ['hash'],
    registers: [registry],
  }).set({ hash: configHash }, 1);
  new Counter({
    name: `${PREFIX}log_lines_dropped_total`,
    help: 'Lines of the log that were dropped, because it could not be written or its reader was too slow.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(droppedLines?.() ?? 0);
    },
  });
}

/** The certificates in use. */
export function registerTlsMetrics(registry: Registry) {
  return {
    certificateEnd: new Gauge({
      name: `${PREFIX}certificate_expiry_timestamp_seconds`,
      help: 'When a certificate in use ends, in seconds since 1970; the earliest of the same subject.',
      labelNames: ['file', 'subject'],
      registers: [registry],
    }),
  };
}
