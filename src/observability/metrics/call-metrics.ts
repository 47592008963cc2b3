import { Gauge, Histogram, type Registry } from 'prom-client';
import type { Instant, Millis } from '../../core/time.ts';
import { PREFIX } from './names.ts';

/** One ScaledObject, as far as KEDA's calls about it tell whether pushes reach it. */
export interface ScaledObjectActivity {
  /** Undefined: it has no stream open. */
  readonly openSince: Instant | undefined;
  /** Undefined: it was never polled. */
  readonly lastPollAt: Instant | undefined;
}

/** A ScaledObject that was not polled for this long is taken for gone; KEDA polls every 30 s by default. */
const RECENT: Millis = 10 * 60_000;

/** KEDA's unary calls, and what they give away: a poll without a stream is the sign of a dead push. */
export function registerCallMetrics(
  registry: Registry,
  scaledObjects: () => Iterable<ScaledObjectActivity>,
  now: () => Instant,
) {
  new Gauge({
    name: `${PREFIX}scaledobjects_polled_without_stream`,
    help: 'ScaledObjects that KEDA polled in the last 10 minutes, and that have no stream open now.',
    registers: [registry],
    collect() {
      let count = 0;
      for (const one of scaledObjects()) if (isPushDead(one, now())) count++;
      this.set(count);
    },
  });
  return {
    unary: new Histogram({
      name: `${PREFIX}unary_call_duration_seconds`,
      help: 'How long unary calls took; the count is the number of calls.',
      labelNames: ['method', 'code'],
      buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2],
      registers: [registry],
    }),
  };
}

function isPushDead({ openSince, lastPollAt }: ScaledObjectActivity, now: Instant): boolean {
  return openSince === undefined && lastPollAt !== undefined && now - lastPollAt < RECENT;
}
