import { dump } from 'js-yaml';
import { z } from 'zod';
import { configSchema, type Config, type ConfigInput } from './schema.ts';

const HIDDEN = '***';

/**
 * The effective configuration as YAML, defaults included, written as in a file: `10s`, not 10000. The
 * values of headers are hidden; the other secrets are in files, and of those the paths are shown.
 */
export function showConfig(config: Config): string {
  const written = z.encode(configSchema, structuredClone(config) as z.output<typeof configSchema>);
  return dump(withoutSecrets(written), { lineWidth: -1 });
}

function withoutSecrets(written: ConfigInput): ConfigInput {
  const { licenseService } = written;
  if (licenseService === undefined) return written;
  const names = Object.keys(licenseService.headers ?? {});
  const headers = Object.fromEntries(names.map((name) => [name, HIDDEN]));
  return { ...written, licenseService: { ...licenseService, headers } };
}
