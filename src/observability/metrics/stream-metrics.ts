import { Counter, Gauge, type Registry } from 'prom-client';
import { PREFIX } from './names.ts';

/** The streams that KEDA opens. */
export function registerStreamMetrics(registry: Registry) {
  return {
    open: new Gauge({
      name: `${PREFIX}streams_open`,
      help: 'Streams that KEDA has open.',
      labelNames: ['method'],
      registers: [registry],
    }),
    opened: new Counter({
      name: `${PREFIX}streams_opened_total`,
      help: 'Streams that were opened.',
      labelNames: ['method'],
      registers: [registry],
    }),
    ended: new Counter({
      name: `${PREFIX}streams_ended_total`,
      help: 'Streams that ended: by the client, by a shutdown of this server, by an error in it; or refused before they began.',
      labelNames: ['method', 'reason'],
      registers: [registry],
    }),
    versions: new Gauge({
      name: `${PREFIX}streams_open_by_keda_version`,
      help: 'StreamIsActive streams that are open, by the version of KEDA that their user agent hints at.',
      labelNames: ['keda_version'],
      registers: [registry],
    }),
  };
}
