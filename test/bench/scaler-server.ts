/** license-scaler as it is served, logs and metrics included, on a source that changes when it is told to. */
import { Subject, concat, of } from 'rxjs';
import { startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Observation, Reading } from '../../src/core/observation.ts';
import type { Source } from '../../src/pipeline/source.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { TENANTS, tenantName } from './messages.ts';
import { obey } from './server-process.ts';

const observations$ = new Subject<Observation>();

const source: Source = {
  info: { name: 'license-service', label: 'benchmark', gives: 'licenses', onDemand: false },
  observe: () => concat(of(sighting(everyTenant(true))), observations$),
};

const config = await loadConfig({
  env: {
    LICENSE_SCALER_GRPC_LISTEN: '127.0.0.1:0',
    LICENSE_SCALER_HTTP_LISTEN: '127.0.0.1:0',
    LICENSE_SCALER_LICENSE_FILE_PATH: 'not read: the benchmark has a source of its own',
    LICENSE_SCALER_PUSH_REPEATS: '',
  },
});

const logger = createLogger({ level: 'info', format: 'json' });
const app = await startApp(config, logger, { version: 'benchmark', sources: [source] });

obey(app.grpcPort, {
  one: (tenant, active) => {
    observations$.next(sighting(new Map([[tenantName(tenant), license(tenant, active)]])));
  },
  all: (active) => {
    observations$.next(sighting(everyTenant(active)));
  },
});

function everyTenant(active: boolean): Map<string, Reading> {
  return new Map(
    Array.from({ length: TENANTS }, (_, tenant) => [tenantName(tenant), license(tenant, active)]),
  );
}

function license(tenant: number, active: boolean): Reading {
  return {
    kind: 'license',
    license: {
      tenant: tenantName(tenant),
      name: undefined,
      services: ['scaled-service'],
      start: undefined,
      end: undefined,
      status: active ? 'active' : 'suspended',
      replicas: undefined,
    },
  };
}

function sighting(readings: ReadonlyMap<string, Reading>): Observation {
  return { kind: 'sighting', source: 'license-service', at: Date.now(), readings, whole: true };
}
