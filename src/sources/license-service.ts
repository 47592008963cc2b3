import {
  EMPTY,
  Subject,
  defer,
  finalize,
  ignoreElements,
  merge,
  of,
  tap,
  type Observable,
} from 'rxjs';
import { backoffFor, type Backoff } from '../core/backoff.ts';
import type { Observation, SourceInfo } from '../core/observation.ts';
import type { TenantId } from '../core/tenant.ts';
import type { Millis } from '../core/time.ts';
import type { DemandChange } from '../pipeline/demand.ts';
import { pollTenants } from '../pipeline/poll-tenants.ts';
import { poll } from '../pipeline/poll.ts';
import type { Source } from '../pipeline/source.ts';
import type { TlsFiles } from './http/agents.ts';
import { askTenant } from './ask-tenant.ts';
import { createHttpClient, type HttpClient } from './http/http-client.ts';
import { LicenseList } from './list/license-list.ts';
import type { LicenseServiceObserver } from './observer.ts';
import { DEFAULT_ANSWER_RULES, type AnswerRules } from './tenant-answer.ts';

export interface LicenseServiceOptions extends TlsFiles, Partial<AnswerRules> {
  readonly url: string;
  /** `per-tenant`: one request for each tenant in demand; `list`: one request for all there are. */
  readonly mode: 'per-tenant' | 'list';
  /** Added to the URL; holds `{tenantId}` where mode is `per-tenant`. */
  readonly path: string;
  /** How often each tenant, or the list, is asked for. */
  readonly interval: Millis;
  /** For one whole exchange. */
  readonly timeout: Millis;
  /** Requests in flight at a time, where mode is `per-tenant`. */
  readonly maxConcurrency: number;
  /** For how long a connection is used, however well it works; five minutes if nothing is said. */
  readonly maxConnectionAge?: Millis | undefined;
  /** The proxy on the way, or `none`; undefined: as the environment says. */
  readonly proxy?: string | undefined;
  /** The largest answer; where it is about one tenant, 1 MiB is enough in any case. */
  readonly maxBytes: number;
  readonly bearerTokenFile?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly backoff?: Backoff | undefined;
  /** From 0 to 1, drawn anew for every wait after a failure. */
  readonly chance?: (() => number) | undefined;
  readonly observer?: LicenseServiceObserver | undefined;
}

const NAME = 'license-service';

/** So that many answers at a time cannot take the memory that one list may. */
const MAX_RECORD = 1_048_576;

/** The license service, polled over HTTP. */
export function createLicenseService(options: LicenseServiceOptions): Source {
  const isList = options.mode === 'list';
  const info: SourceInfo = {
    name: NAME,
    label: `license service ${withoutSecrets(options.url)}`,
    gives: 'licenses',
    onDemand: !isList,
    interval: options.interval,
    confirmAbsenceFor: rulesOf(options).absence.confirmFor,
  };
  return {
    info,
    observe(demand$, refresh$) {
      return defer(() => {
        const client = createClient(options, isList);
        const seen$ = isList
          ? observeList(client, demand$, refresh$, options)
          : observeTenants(client, demand$, refresh$, options);
        return seen$.pipe(
          finalize(() => {
            void client.close();
          }),
        );
      });
    },
  };
}

function createClient(options: LicenseServiceOptions, isList: boolean): HttpClient {
  const { maxBytes, maxConcurrency, observer } = options;
  return createHttpClient({
    ...options,
    maxBytes: isList ? maxBytes : Math.min(maxBytes, MAX_RECORD),
    connections: isList ? 1 : maxConcurrency,
    onProblem: (problem) => observer?.noticed?.(problem),
  });
}

function observeTenants(
  client: HttpClient,
  demand$: Observable<DemandChange>,
  refresh$: Observable<TenantId>,
  options: LicenseServiceOptions,
): Observable<Observation> {
  const { path, interval, maxConcurrency, observer = {} } = options;
  const rules = rulesOf(options);
  const ask = (tenant: TenantId) => askTenant(client, path, tenant, rules, observer);
  return pollTenants(demand$, refresh$, ask, {
    source: NAME,
    interval,
    maxConcurrency,
    ...pausesOf(options),
  });
}

function observeList(
  client: HttpClient,
  demand$: Observable<DemandChange>,
  refresh$: Observable<TenantId>,
  options: LicenseServiceOptions,
): Observable<Observation> {
  const { path, interval, observer = {} } = options;
  const rules = rulesOf(options);
  const list = new LicenseList({ source: NAME, client, path, interval, rules, observer });
  const wanted$ = new Subject<void>();
  const called$ = merge(
    demand$.pipe(
      tap((change) => {
        list.change(change);
      }),
    ),
    refresh$.pipe(
      tap(() => {
        list.refresh();
      }),
    ),
  ).pipe(
    tap(() => {
      if (list.isAwaited) wanted$.next();
    }),
    ignoreElements(),
  );
  const waiting$ = defer(() => (list.isAwaited ? of(undefined) : EMPTY));
  const hurry$ = merge(waiting$, wanted$);
  const answers$ = poll(() => list.ask(), { interval, hurry$, ...pausesOf(options) });
  // Demand comes first: the first list is to answer for those who are waiting already.
  return merge(called$, answers$);
}

function rulesOf(options: LicenseServiceOptions): AnswerRules {
  const { statuses, requireEnd, ignoreKeys, absence } = { ...DEFAULT_ANSWER_RULES, ...options };
  return { statuses, requireEnd, ignoreKeys, absence };
}

function pausesOf({ interval, backoff, chance = Math.random }: LicenseServiceOptions): {
  readonly backoff: Backoff;
  readonly chance: () => number;
} {
  return { backoff: backoff ?? backoffFor(interval), chance };
}

/** A user and a password in a URL, which nobody should write there, do not get into messages. */
function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/+$/, '');
}
