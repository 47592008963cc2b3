/** license-scaler as it is served, logs and metrics included, on a source that changes when it is told to. */
import { createLogger } from '../../src/observability/logger.ts';
import { startScripted, toReadings } from '../helpers/scripted.ts';
import { TENANTS, tenantName } from './messages.ts';
import { obey } from './server-process.ts';

const everyTenant = Array.from({ length: TENANTS }, (_, tenant) => tenantName(tenant));
const [allLicensed, noneLicensed] = [toReadings(everyTenant, true), toReadings(everyTenant, false)];
const logger = createLogger({ level: 'info', format: 'json' });
const { app, tell } = await startScripted(everyTenant, logger);

obey(app.grpcPort, app.httpPort, {
  one: (tenant, active) => {
    tell(toReadings([tenantName(tenant)], active));
  },
  all: (active) => {
    tell(active ? allLicensed : noneLicensed);
  },
});
