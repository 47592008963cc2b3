/**
 * The configuration: every key, what it is for, what is allowed and what it is without being given.
 * Everything else about it is derived from here: the environment variables, JSON Schema, the
 * documentation's table, `config show`.
 */
import { z } from 'zod';
import { formatAddress } from './address.ts';
import { formatDuration } from './duration.ts';
import { address, age, choice, count, delays, duration, file, size } from './leaves.ts';
import { headers, servicePath, serviceUrl } from './service-leaves.ts';
import { TENANT_PLACEHOLDER } from './service-url.ts';
import { notes } from './written.ts';

const DEFAULT_PATH = {
  'per-tenant': `/licenses/${TENANT_PLACEHOLDER}`,
  list: '/licenses',
} as const;

const grpc = section('The gRPC server that KEDA calls.', {
  listen: address('Where the gRPC server listens.').prefault('0.0.0.0:6000'),
  tls: section('TLS for the gRPC server. Without it, it speaks plaintext.', {
    certFile: file('The certificate chain, PEM. Read again when it changes.'),
    keyFile: file('The private key of the certificate, PEM. Read again when it changes.'),
    clientCaFile: file(
      'The CAs whose client certificates are accepted, PEM; with it, every client must show one.',
    ).optional(),
  }).optional(),
});

const http = section('The HTTP side port: probes, metrics, status.', {
  listen: address('Where the HTTP server listens.').prefault('0.0.0.0:8080'),
});

const licenseServiceKeys = section(
  'The license service, asked over HTTP. Ranks above the license file.',
  {
    url: serviceUrl('The address of the license service; the path is put behind it.'),
    mode: choice(
      'per-tenant: one request for each tenant that KEDA asks about. list: one request for all tenants.',
      ['per-tenant', 'list'],
    ).prefault('per-tenant'),
    path: servicePath(
      `What is put behind the URL; ${TENANT_PLACEHOLDER} stands for the tenant's id.`,
      `${DEFAULT_PATH['per-tenant']}, in mode list ${DEFAULT_PATH.list}`,
    ).optional(),
    interval: duration(
      'How often each tenant (mode per-tenant) or the list (mode list) is asked for.',
    ).prefault('10s'),
    timeout: duration('How long an answer may take, to its last byte.').prefault('3s'),
    maxConcurrency: count('How many requests may be in flight at a time.', 1000).prefault(16),
    maxBytes: size('How large an answer may be, unpacked.').prefault('64MiB'),
    bearerTokenFile: file(
      'A file that holds the bearer token to send. Read again when it changes.',
    ).optional(),
    headers: headers(
      'Further headers to send. Their values are kept out of logs and of config show.',
    ).prefault({}),
    caFile: file('The CAs to trust instead of the well-known ones, PEM.').optional(),
    certFile: file('The client certificate to show, PEM; needs keyFile.').optional(),
    keyFile: file('The private key of the client certificate, PEM; needs certFile.').optional(),
  },
)
  .superRefine(
    ({ certFile, keyFile }, context) => {
      if ((certFile === undefined) === (keyFile === undefined)) return;
      const [missing, given] =
        keyFile === undefined ? ['keyFile', 'certFile'] : ['certFile', 'keyFile'];
      const message = `is missing: ${given} is given, and a client certificate needs both`;
      context.addIssue({ code: 'custom', path: [missing], message });
    },
    { when: unlessWrong('certFile', 'keyFile') },
  )
  .superRefine(
    ({ mode, path }, context) => {
      if (path === undefined || path.includes(TENANT_PLACEHOLDER) === (mode === 'per-tenant'))
        return;
      const wanted = mode === 'per-tenant' ? 'with' : 'without';
      const message = `is "${path}", allowed in mode ${mode} is a path ${wanted} ${TENANT_PLACEHOLDER}`;
      context.addIssue({ code: 'custom', path: ['path'], message });
    },
    { when: unlessWrong('mode', 'path') },
  )
  .meta({ dependentRequired: { certFile: ['keyFile'], keyFile: ['certFile'] } });

type LicenseServiceKeys = z.output<typeof licenseServiceKeys>;

const licenseService = z.codec(
  licenseServiceKeys,
  z.custom<LicenseServiceKeys & { path: string }>(),
  {
    decode: (keys) => ({ ...keys, path: keys.path ?? DEFAULT_PATH[keys.mode] }),
    encode: (keys) => keys,
  },
);

const licenseFile = section('A file of licenses, watched. Ranks below the license service.', {
  path: file('The file: JSON or YAML, usually in a mounted ConfigMap.'),
});

const overridesFile = section(
  "A file of operators' overrides, watched. Ranks above every license.",
  {
    path: file('The file: JSON or YAML, usually in a mounted ConfigMap.'),
  },
);

const shutdown = section('How the program stops after SIGTERM.', {
  delay: duration('How long it still serves after it has said that it is not ready.', 0).prefault(
    '5s',
  ),
  deadline: duration('When it ends at the latest; longer than delay.').prefault('25s'),
}).superRefine(
  ({ delay, deadline }, context) => {
    if (delay < deadline) return;
    const message = `is ${formatDuration(delay)}, allowed is less than shutdown.deadline (${formatDuration(deadline)})`;
    context.addIssue({ code: 'custom', path: ['delay'], message });
  },
  { when: unlessWrong('delay', 'deadline') },
);

const SOURCES = ['licenseService', 'licenseFile', 'overridesFile'] as const;

/** The schema: its input is the YAML file as it is written, its output what the program works with. */
export const configSchema = section('The configuration of license-scaler.', {
  grpc: grpc.prefault({}),
  http: http.prefault({}),
  licenseService: licenseService.optional(),
  licenseFile: licenseFile.optional(),
  overridesFile: overridesFile.optional(),
  replicas: section('Replica counts.', {
    default: count('How many replicas, where neither override, license nor trigger says.').prefault(
      2,
    ),
  }).prefault({}),
  hold: section('What happens while facts are missing.', {
    maxStaleness: age(
      'How old the last good answer may be while its source fails, before calls are answered UNAVAILABLE.',
    ).prefault('1h'),
  }).prefault({}),
  push: section('What is said on the streams that KEDA keeps open.', {
    repeats: delays('When true is said again after a change to it.').prefault(['2s', '10s']),
  }).prefault({}),
  shutdown: shutdown.prefault({}),
  log: section('The log, on standard output.', {
    level: choice('The least important level that is written.', [
      'trace',
      'debug',
      'info',
      'warn',
      'error',
      'fatal',
    ]).prefault('info'),
    format: choice('auto: pretty on a terminal, JSON elsewhere.', [
      'auto',
      'json',
      'pretty',
    ]).prefault('auto'),
  }).prefault({}),
})
  .superRefine(
    (config, context) => {
      if (SOURCES.some((name) => config[name] !== undefined)) return;
      const message =
        'there is no source of licenses: give licenseService.url, licenseFile.path or overridesFile.path';
      context.addIssue({ code: 'custom', path: [], message });
    },
    { when: ({ value }) => isMapping(value) },
  )
  .superRefine(
    ({ grpc: { listen }, http: other }, context) => {
      const [first, second] = [formatAddress(listen), formatAddress(other.listen)];
      if (first !== second || listen.port === 0) return;
      const message = `is ${second}, the same as grpc.listen: the two need ports of their own`;
      context.addIssue({ code: 'custom', path: ['http', 'listen'], message });
    },
    { when: (payload) => isMapping(payload.value) && unlessWrong('grpc', 'http')(payload) },
  )
  .meta({
    title: 'Configuration of license-scaler',
    anyOf: SOURCES.map((name) => ({ required: [name] })),
  });

/** The configuration that the program works with: complete, checked, frozen. Times are in milliseconds. */
export type Config = Frozen<z.output<typeof configSchema>>;

/** The configuration as it is written. */
export type ConfigInput = z.input<typeof configSchema>;

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

function section<Shape extends z.ZodRawShape>(description: string, shape: Shape) {
  const allowed = `a mapping with the keys ${Object.keys(shape).join(', ')}`;
  return z.strictObject(shape).describe(description).register(notes, { allowed });
}

/**
 * Lets a rule about several keys run although something else is wrong, so that all is reported at once,
 * but not where one of these keys is wrong itself.
 */
function unlessWrong(...keys: string[]): (payload: z.core.ParsePayload) => boolean {
  return ({ value, issues }) =>
    isMapping(value) && !issues.some(({ path }) => keys.includes(String(path?.[0])));
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
