import { Counter, Histogram, type Registry } from 'prom-client';
import { PREFIX } from './names.ts';

/** What is done with the `scale` subresource, where that is switched on. */
export function registerScaleMetrics(registry: Registry) {
  return {
    acts: new Counter({
      name: `${PREFIX}scale_acts_total`,
      help: 'Acts on the scale of a target: scaled; already where it belongs; left to KEDA; late, so that it waits for a confirmation; undone because the license came meanwhile; failed. Without suspension.mode scale or reinstatement push+scale there are none.',
      labelNames: ['direction', 'result'],
      registers: [registry],
    }),
    latency: new Histogram({
      name: `${PREFIX}scale_latency_seconds`,
      help: 'From the moment at which a change of the license was known to the moment at which the API server had scaled the target.',
      labelNames: ['direction'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers: [registry],
    }),
    unannounced: new Counter({
      name: `${PREFIX}scale_events_failed_total`,
      help: 'Kubernetes Events about such an act that could not be written.',
      registers: [registry],
    }),
  };
}
