import { quote } from '../../core/parsed.ts';
import { parseTrigger } from '../../core/trigger.ts';
import { everyProblem } from '../every-problem.ts';
import type { Finding } from '../finding.ts';
import type { KedaTrigger, ScaledObject } from './scaled-object.ts';

type Metadata = KedaTrigger['metadata'];

const EXAMPLE = 'license-scaler.license-scaler.svc.cluster.local:6000';
const ADDRESS = /^(?:[a-z]+:\/\/\/)?(?<host>[^\s:/,]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/;

/** Where KEDA is to find license-scaler. Paths begin at the metadata, as below. */
export function checkAddress({ scalerAddress }: Metadata): Finding[] {
  const path = ['scalerAddress'];
  if (scalerAddress === undefined) return [{ path, message: `is missing: add it (${EXAMPLE})` }];
  const host = ADDRESS.exec(scalerAddress)?.groups?.['host'];
  if (host === undefined) {
    const message = `is ${quote(scalerAddress)}, allowed is HOST:PORT such as ${EXAMPLE}`;
    return [{ path, message }];
  }
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
