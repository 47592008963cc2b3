import { quote } from '../../core/parsed.ts';
import { parseTrigger } from '../../core/trigger.ts';
import { everyProblem } from '../every-problem.ts';
import type { Finding } from '../finding.ts';
import type { KedaTrigger, ScaledObject } from './scaled-object.ts';

type Metadata = KedaTrigger['metadata'];

const EXAMPLE = 'license-scaler.license-scaler.svc.cluster.local:6000';
const ADDRESS = /^(?:[a-z]+:\/\/\/)?(?<host>[^\s:/,]+|\[[0-9A-Fa-f:.]+\]):(?<port>\d{1,5})$/;
const PORT = 6000;
const MAX_PORT = 65_535;

/** Where KEDA is to find license-scaler. Paths begin at the metadata, as below. */
export function checkAddress({ scalerAddress }: Metadata): Finding[] {
  const path = ['scalerAddress'];
  if (scalerAddress === undefined) return [{ path, message: `is missing: add it (${EXAMPLE})` }];
  const { host, port = '' } = ADDRESS.exec(scalerAddress)?.groups ?? {};
  if (host === undefined || Number(port) < 1 || Number(port) > MAX_PORT) {
    const message = `is ${quote(scalerAddress)}, allowed is HOST:PORT such as ${EXAMPLE}`;
    return [{ path, message }];
  }
  return [...checkPort(scalerAddress, Number(port)), ...checkHost(scalerAddress, host)];
}

/** Another one is possible, but more often a slip. */
function checkPort(address: string, port: number): Finding[] {
  if (port === PORT) return [];
  const message = `is ${quote(address)}, but license-scaler is served on port ${PORT} unless its Service was changed: is ${port} meant?`;
  return [{ path: ['scalerAddress'], message, severity: 'warning' }];
}

function checkHost(scalerAddress: string, host: string): Finding[] {
  const path = ['scalerAddress'];
  if (/[.\]]/.test(host) || host === 'localhost') return [];
  const message = `is ${quote(scalerAddress)}, which KEDA looks for in its own namespace: add the one that license-scaler is in (${EXAMPLE})`;
  return [{ path, message, severity: 'warning' }];
}

const CERTIFICATES = ['caCert', 'tlsClientCert', 'tlsClientKey', 'tlsCertFile'];

/** How KEDA is to speak TLS. */
export function checkTls(metadata: Metadata): Finding[] {
  const misplaced = CERTIFICATES.filter((key) => metadata[key] !== undefined).map((key) => ({
    path: [key],
    message: 'has no effect here: KEDA takes it from a TriggerAuthentication, as parameter',
    severity: 'warning' as const,
  }));
  const { enableTLS } = metadata;
  if (enableTLS === undefined || /^(true|false)$/.test(enableTLS)) return misplaced;
  const message = `is ${quote(enableTLS)}, allowed is "true" or "false"`;
  return [...misplaced, { path: ['enableTLS'], message }];
}

/** What a `...FromEnv` has that is known in the cluster only; whatever is said of it does not count. */
export const UNKNOWN_VALUE = '(not known here)';

/** KEDA sends `...FromEnv` with the value that the variable has in the target's container. */
export function resolveFromEnv(
  metadata: Metadata,
  valueOf: (key: string, variable: string) => string = () => UNKNOWN_VALUE,
): Metadata {
  const entries = Object.entries(metadata).map(([key, text]) => [
    key,
    key.endsWith('FromEnv') ? valueOf(key, text) : text,
  ]);
  return Object.fromEntries(entries) as Metadata;
}

/** What becomes of a key of ours whose variable KEDA does not find. */
const LOST: Readonly<Record<string, string>> = {
  tenantId: 'the namespace is the tenant',
  service: 'no service is checked',
  replicas: 'the default number of replicas runs',
  suspend: 'KEDA alone suspends',
};

/** In a call nothing tells a variable that was not found from a key that was never written. */
export function adviseOnEnvironment(metadata: Metadata): Finding[] {
  return Object.entries(LOST).flatMap(([key, effect]) => {
    const path = [`${key}FromEnv`];
    if (metadata[`${key}FromEnv`] === undefined) return [];
    const message = `is left out by KEDA where the target's container has no such variable, or an empty one, and then ${effect}: give ${key}, or demand it by tenants.require: [${key}] in the configuration`;
    return [{ path, message, severity: 'warning' as const }];
  });
}

/** Whether it is what license-scaler takes: asked of its own parser. */
export function checkMetadata(
  resolved: Metadata,
  { metadata: { name, namespace = 'default' } }: ScaledObject,
): Finding[] {
  const parse = (metadata: Metadata) => parseTrigger({ name, namespace, metadata });
  return everyProblem(parse, resolved)
    .filter(({ key, problem }) => resolved[key ?? ''] !== UNKNOWN_VALUE || isUnknownKey(problem))
    .map(({ key, problem }) => ({
      path: key === undefined ? [] : [key],
      message: `is not what license-scaler takes: ${problem}`,
    }));
}

/** A key is known or not, whatever its value. */
function isUnknownKey(problem: string): boolean {
  return problem.startsWith('trigger metadata has the key');
}
