import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Fleet } from '../../core/fleet.ts';
import type { SourceName } from '../../core/observation.ts';
import type { Instant } from '../../core/time.ts';
import { PREFIX } from './names.ts';

/** The sources: whether they work, how old what they said is, and what asking them costs. */
export function registerSourceMetrics(registry: Registry, fleet: () => Fleet, now: () => Instant) {
  registerUp(registry, fleet);
  return {
    /** A source was read with success. */
    sighted: registerSightings(registry, now),
    requests: new Histogram({
      name: `${PREFIX}source_request_duration_seconds`,
      help: 'How long requests to the license service took, by what came of them; the count is the number of requests.',
      labelNames: ['source', 'result'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    }),
    received: new Counter({
      name: `${PREFIX}source_received_bytes_total`,
      help: "Bytes of the license service's answers, unpacked.",
      labelNames: ['source'],
      registers: [registry],
    }),
  };
}

function registerUp(registry: Registry, fleet: () => Fleet): void {
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
}

function registerSightings(
  registry: Registry,
  now: () => Instant,
): (source: SourceName, at: Instant) => void {
  const sightedAt = new Map<SourceName, Instant>();
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
