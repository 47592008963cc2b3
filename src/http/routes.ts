import type { Fleet } from '../core/fleet.ts';
import type { Answer, Route } from './server.ts';
import { text } from './server.ts';

/** What the side port shows. */
export interface Shown {
  readonly fleet: () => Fleet;
  readonly isReady: () => boolean;
  /** Prometheus' text format, and its content type. */
  readonly metrics: () => Promise<{ readonly type: string; readonly body: string }>;
}

/** The side port's paths. */
export function createRoutes({ fleet, isReady, metrics }: Shown): Record<string, Route> {
  return {
    // Says that the process works and no more: a restart mends nothing that is outside of it.
    '/livez': () => text(200, 'ok'),
    '/readyz': () => (isReady() ? text(200, 'ok') : text(503, whyNotReady(fleet()))),
    '/metrics': async (): Promise<Answer> => ({ status: 200, ...(await metrics()) }),
  };
}

function whyNotReady({ sources }: Fleet): string {
  const untried = sources.filter(({ tried, info }) => !tried && !info.onDemand);
  if (untried.length === 0) return 'stopping';
  return `not tried yet: ${untried.map(({ info }) => info.label).join(', ')}`;
}
