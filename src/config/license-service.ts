import { z } from 'zod';
import { choice, count, duration, file, size } from './leaves.ts';
import { section, unlessWrong } from './section.ts';
import { headers, proxyUrl, servicePath, serviceUrl } from './service-leaves.ts';
import { TENANT_PLACEHOLDER } from './service-url.ts';

const DEFAULT_PATH = {
  'per-tenant': `/licenses/${TENANT_PLACEHOLDER}`,
  list: '/licenses',
} as const;

const licenseServiceKeys = section(
  'The license service, asked over HTTP. Ranks above the license file.',
  {
    url: serviceUrl('The address of the license service; the path is put behind it.'),
    mode: choice(
      'per-tenant: one request for each tenant that KEDA asks about. list: one request for all tenants.',
      ['per-tenant', 'list'],
    ).prefault('per-tenant'),
    path: servicePath(
      `What is put behind the URL; ${TENANT_PLACEHOLDER} stands for the tenant's id. The default in mode list is ${DEFAULT_PATH.list}.`,
      DEFAULT_PATH['per-tenant'],
    ).optional(),
    interval: duration(
      'How often each tenant (mode per-tenant) or the list (mode list) is asked for.',
    ).prefault('10s'),
    timeout: duration('How long an answer may take, to its last byte.').prefault('3s'),
    maxConcurrency: count('How many requests may be in flight at a time.', 1000).prefault(16),
    maxConnectionAge: duration(
      "For how long a connection is used, however well it works: after that the host's name is looked up again.",
    ).prefault('5m'),
    proxy: proxyUrl(
      'The proxy to ask by way of. Without it, HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the environment count.',
    ).optional(),
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

/** The section of the license service. Its `path` has a default for each mode, so it is put in last. */
export const licenseService = z.codec(
  licenseServiceKeys,
  z.custom<LicenseServiceKeys & { path: string }>(),
  {
    decode: (keys) => ({ ...keys, path: keys.path ?? DEFAULT_PATH[keys.mode] }),
    encode: (keys) => keys,
  },
);
