/** license-scaler as it is served, on a source that says what a test or a benchmark tells it to. */
import { Subject, concat, defer, of } from 'rxjs';
import { startApp, type App } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Readings } from '../../src/core/diff.ts';
import type { Observation, Reading } from '../../src/core/observation.ts';
import { createLogger, type Logger } from '../../src/observability/logger.ts';
import type { Source } from '../../src/pipeline/source.ts';

/** A running scaler and its source. */
export interface Scripted {
  readonly app: App;
  /** Lets the source see this, in one answer. */
  readonly tell: (readings: Readings) => void;
}

/** @param licensed the tenants that are licensed at first */
export async function startScripted(
  licensed: Iterable<string>,
  logger: Logger = createLogger({ level: 'silent', format: 'json' }),
): Promise<Scripted> {
  const observations$ = new Subject<Observation>();
  const source: Source = {
    info: { name: 'scripted', label: 'the script', gives: 'licenses', onDemand: false },
    observe: () =>
      concat(
        defer(() => of(sighting(toReadings(licensed, true)))),
        observations$,
      ),
  };
  const config = await loadConfig({
    env: {
      LICENSE_SCALER_GRPC_LISTEN: '127.0.0.1:0',
      LICENSE_SCALER_HTTP_LISTEN: '127.0.0.1:0',
      LICENSE_SCALER_LICENSE_FILE_PATH: '/not/read/the/script/is/the/source',
      LICENSE_SCALER_PUSH_REPEATS: '',
      LICENSE_SCALER_SHUTDOWN_DELAY: '0s',
    },
  });
  return {
    app: await startApp(config, logger, { version: 'test', sources: [source] }),
    tell: (readings) => {
      observations$.next(sighting(readings));
    },
  };
}

/** What a source says of tenants that are all licensed, or all not. */
export function toReadings(tenants: Iterable<string>, isLicensed: boolean): Readings {
  const readings = new Map<string, Reading>();
  for (const tenant of tenants) {
    readings.set(tenant, { kind: 'license', license: license(tenant, isLicensed) });
  }
  return readings;
}

function sighting(readings: Readings): Observation {
  return { kind: 'sighting', source: 'scripted', at: Date.now(), readings, whole: true };
}

function license(tenant: string, isLicensed: boolean) {
  return {
    tenant,
    name: undefined,
    services: ['scaled-service'],
    start: undefined,
    end: undefined,
    status: isLicensed ? 'active' : 'suspended',
    takenAway: !isLicensed,
    replicas: undefined,
  };
}
