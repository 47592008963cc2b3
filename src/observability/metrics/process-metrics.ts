import { Gauge, collectDefaultMetrics, type Registry } from 'prom-client';
import { PREFIX } from './names.ts';

/** What runs, and how. */
export interface Build {
  readonly version: string;
  /** A short digest of the configuration in effect: the same on every replica that is configured alike. */
  readonly configHash: string;
}

/** What runs, and what Node.js tells of itself (the delay of the event loop, memory, CPU). */
export function registerProcessMetrics(registry: Registry, { version, configHash }: Build): void {
  // The default of 10 ms wakes an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
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
