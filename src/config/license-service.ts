import { z } from 'zod';
import { DEFAULT_PROOF } from '../core/absence-proof.ts';
import { choice, count, duration, file, flag, size, texts } from './leaves.ts';
import { section, unlessWrong } from './section.ts';
import { absenceProofs, headers, proxyUrl, servicePath, serviceUrl } from './service-leaves.ts';
import { TENANT_PLACEHOLDER } from './service-url.ts';

const DEFAULT_PATH = {
  'per-tenant': `/licenses/${TENANT_PLACEHOLDER}`,
  list: '/licenses',
} as const;

const statuses = section(
  'Words for statuses beside the known ones, or in another meaning. They hold for the license file as well.',
  {
    active: texts('They say nothing against a license: its period decides.').prefault([]),
    inactive: texts('They take a license away.').prefault([]),
  },
).superRefine(
  ({ active, inactive }, context) => {
    inactive.forEach((word, index) => {
      if (!active.includes(word)) return;
      const message = `is "${word}", which is in licenseService.statuses.active too: leave it in one of them`;
      context.addIssue({ code: 'custom', path: ['inactive', index], message });
    });
  },
  { when: unlessWrong('active', 'inactive') },
);

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
    absence: section('When a tenant that the service does not know has no license any more.', {
      proof: absenceProofs(
        "Answers by which the service itself says that it does not know a tenant; {tenantId} in body and json stands for the tenant's id. Any other 404 must be confirmed where the tenant was licensed.",
      ).prefault(DEFAULT_PROOF.map((proof) => ({ ...proof }))),
      confirmFor: duration(
        'For how long an absence that is not proven, or from a list, must last before a tenant that was licensed loses its license.',
      ).prefault('5m'),
    }).prefault({}),
    statuses: statuses.prefault({}),
    requireEnd: flag(
      'Whether a license record without an end is refused, so that a forgotten date does not license for ever. Holds for the license file as well.',
    ).prefault(false),
    ignoreKeys: texts(
      'Keys of license records that look like one that is read (expires_at, state) and mean something else. Holds for the license file as well.',
    ).prefault([]),
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
