import type { Fleet } from '../core/fleet.ts';
import { text, type Answer, type FindRoute, type Route } from './answer.ts';
import { createApi, type Known } from './api.ts';
import { guarded, type ReadToken } from './guard.ts';
import { createStatusPage } from './status-page.ts';

/** What the side port shows. */
export interface Shown {
  readonly fleet: () => Fleet;
  readonly isReady: () => boolean;
  /** Prometheus' text format, and its content type. */
  readonly metrics: () => Promise<{ readonly type: string; readonly body: string }>;
  /** What the status page and the API show; undefined: neither is served. */
  readonly known: Known | undefined;
  /** The token that both require; undefined: none. Probes and metrics never require one. */
  readonly readToken: ReadToken | undefined;
  /** Is told why the token can't be read. */
  readonly onTokenTrouble: (problem: string) => void;
}

/** The side port's paths. */
export function createRoutes(shown: Shown): FindRoute {
  const { fleet, isReady, metrics, known } = shown;
  const always: Readonly<Record<string, Route>> = {
    // Says that the process works and no more: a restart mends nothing that is outside of it.
    '/livez': () => text(200, 'ok'),
    '/readyz': () => (isReady() ? text(200, 'ok') : text(503, whyNotReady(fleet()))),
    '/metrics': async (): Promise<Answer> => ({ status: 200, ...(await metrics()) }),
  };
  const forPeople = known === undefined ? undefined : createForPeople(known, shown);
  return (path) => (Object.hasOwn(always, path) ? always[path] : forPeople?.(path));
}

/** The status page and the API. */
function createForPeople(known: Known, { readToken, onTokenTrouble }: Shown): FindRoute {
  const api = createApi(known);
  const page = createStatusPage();
  return (path) => {
    const route = api(path) ?? page(path);
    if (route === undefined || readToken === undefined) return route;
    return guarded(route, readToken, onTokenTrouble);
  };
}

function whyNotReady({ sources }: Fleet): string {
  const untried = sources.filter(({ tried, info }) => !tried && !info.onDemand);
  if (untried.length === 0) return 'stopping';
  return `not tried yet: ${untried.map(({ info }) => info.label).join(', ')}`;
}
