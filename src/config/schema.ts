/**
 * The configuration: every key, what it is for, what is allowed and what it is without being given.
 * Everything else about it is derived from here: the environment variables, JSON Schema, the
 * documentation's table, `config show`.
 */
import type { z } from 'zod';
import { OWN_KEYS } from '../core/trigger.ts';
import { formatAddress, isSamePort } from './address.ts';
import { formatDuration } from './duration.ts';
import { address, age, choice, choices, count, delays, duration, file, flag } from './leaves.ts';
import { licenseService } from './license-service.ts';
import { section, unlessWrong } from './section.ts';

const grpc = section('The gRPC server that KEDA calls.', {
  listen: address('Where the gRPC server listens.').prefault('[::]:6000'),
  tls: section('TLS for the gRPC server. Without it, it speaks plaintext.', {
    certFile: file('The certificate chain, PEM. Read again when it changes.'),
    keyFile: file('The private key of the certificate, PEM. Read again when it changes.'),
    clientCaFile: file(
      'The CAs whose client certificates are accepted, PEM; with it, every client must show one.',
    ).optional(),
  }).optional(),
});

const http = section('The HTTP side port: probes, metrics, status.', {
  listen: address('Where the HTTP server listens.').prefault('[::]:8080'),
  api: flag('Whether the status page (/) and the API (/api) are served.').prefault(true),
  tokenFile: file(
    'A file that holds a token, without which / and /api are refused; probes and metrics never are. Read again when it changes.',
  ).optional(),
});

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
}).superRefine(({ delay, deadline }, context) => {
  if (delay < deadline) return;
  const message = `is ${formatDuration(delay)}, allowed is less than shutdown.deadline (${formatDuration(deadline)})`;
  context.addIssue({ code: 'custom', path: ['delay'], message });
});

const SOURCES = ['licenseService', 'licenseFile', 'overridesFile'] as const;

/** The schema: its input is the YAML file as it is written, its output what the program works with. */
export const configSchema = section('The configuration of license-scaler.', {
  grpc: grpc.prefault({}),
  http: http.prefault({}),
  licenseService: licenseService.optional(),
  licenseFile: licenseFile.optional(),
  overridesFile: overridesFile.optional(),
  tenants: section('What ScaledObjects must say about their tenant.', {
    require: choices(
      'Keys that every trigger must have, also as ...FromEnv; one without is answered INVALID_ARGUMENT.',
      OWN_KEYS,
    ).prefault([]),
  }).prefault({}),
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
  suspension: section('How a target goes to 0 when its license lapses.', {
    mode: choice(
      'poll: by KEDA, at its next poll. scale: at once, by the scale subresource of the target; needs rights in the cluster (k8s/components/fast-suspension).',
      ['poll', 'scale'],
    ).prefault('poll'),
    maxPerSecond: count(
      'How many targets are scaled a second, in the long run, in either direction.',
      1_000,
    ).prefault(20),
    burst: count('How many of them may come at once after a rest.', 10_000).prefault(120),
  }).prefault({}),
  reinstatement: choice(
    'push: by KEDA, which is told at once. push+scale: by the scale subresource as well, from 0 to minReplicaCount; needs the same rights.',
    ['push', 'push+scale'],
  ).prefault('push'),
  kubernetes: section('How the Kubernetes API is reached, where anything above needs it.', {
    kubeconfig: file(
      "A kubeconfig, for a scaler that runs outside the cluster. Without it, the pod's service account.",
    ).optional(),
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
    { when: unlessWrong() },
  )
  .superRefine(
    ({ grpc: { listen }, http: other }, context) => {
      if (!isSamePort(listen, other.listen)) return;
      const [first, second] = [formatAddress(listen), formatAddress(other.listen)];
      const message = `is ${second}, the same port as that of grpc.listen, ${first}: the two need ports of their own`;
      context.addIssue({ code: 'custom', path: ['http', 'listen'], message });
    },
    { when: unlessWrong('grpc', 'http') },
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
