import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatInstant } from '../core/time.ts';

/** Where the parts of the demo listen. */
export interface DemoAddresses {
  readonly grpc: string;
  readonly http: string;
  readonly licenseService: string;
}

/** The files of one demo. */
export interface DemoFolder {
  readonly path: string;
  readonly config: string;
  readonly overrides: string;
  /** What the license service serves. */
  readonly tenants: string;
}

const DAY = 86_400_000;

/** Creates the files of a demo in a new folder, with dates around today; its configuration comes later. */
export async function createDemoFolder(): Promise<DemoFolder> {
  const path = await mkdtemp(join(tmpdir(), 'license-scaler-demo-'));
  const folder = {
    path,
    config: join(path, 'config.yaml'),
    overrides: join(path, 'overrides.yaml'),
    tenants: join(path, 'tenants.json'),
  };
  await writeFile(folder.overrides, OVERRIDES);
  await writeFile(folder.tenants, `${JSON.stringify(sampleTenants(Date.now()), null, 2)}\n`);
  return folder;
}

/** Writes the configuration, when it is known where the license service listens. */
export async function writeDemoConfig(folder: DemoFolder, addresses: DemoAddresses): Promise<void> {
  await writeFile(folder.config, configOf(addresses, folder));
}

function configOf({ grpc, http, licenseService }: DemoAddresses, folder: DemoFolder): string {
  return `grpc: { listen: ${grpc} }
http: { listen: ${http} }
licenseService: { url: http://${licenseService}, interval: 2s, timeout: 1s }
overridesFile: { path: ${JSON.stringify(folder.overrides)} }
shutdown: { delay: 0s, deadline: 5s }
`;
}

const OVERRIDES = `# An operator's word about single tenants; it outranks the license service. For example:
#   tenant-b: { licensed: true, until: 2030-01-01T00:00:00Z, reason: "invoice is being sorted out" }
overrides: {}
`;

/** tenant-a and tenant-c are licensed for another year, tenant-b's license ended a month ago. */
function sampleTenants(now: number): unknown[] {
  const tenant = (letter: string, from: number, to: number): unknown => ({
    id: `tenant-${letter}`,
    name: `Tenant ${letter.toUpperCase()}`,
    services: ['scaled-service'],
    period_start: formatInstant(startOfDay(now + from * DAY)),
    period_end: formatInstant(startOfDay(now + to * DAY)),
  });
  return [tenant('a', -365, 365), tenant('b', -365, -30), tenant('c', -365, 365)];
}

function startOfDay(instant: number): number {
  return Math.floor(instant / DAY) * DAY;
}
