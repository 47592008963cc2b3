import { quote } from '../../../src/core/parsed.ts';
import { parseTrigger } from '../../../src/core/trigger.ts';
import { ofKind } from '../kinds.ts';
import { namespaceOf, nameOf, type Manifest } from '../manifest.ts';
import { toProblems, type Finding } from '../problem.ts';
import {
  environmentContainerOf,
  isLicenseTrigger,
  targetPodsOf,
  type ScaledObject,
} from '../scaled-objects.ts';
import { parseScalerAddress } from '../scaler-address.ts';
import type { Rule, Scene } from '../scene.ts';

type Metadata = Readonly<Record<string, string>>;

/** What every license trigger says is what license-scaler takes, and it says it to license-scaler. */
export const checkLicenseTriggers: Rule = (scene) =>
  ofKind(scene.objects, 'ScaledObject').flatMap((scaled) =>
    scaled.spec.triggers.filter(isLicenseTrigger).flatMap((trigger) => {
      const index = scaled.spec.triggers.indexOf(trigger);
      return toProblems(
        scaled,
        ['spec', 'triggers', index, 'metadata'],
        [
          ...checkAddress(trigger.metadata, scene),
          ...checkTls(trigger.metadata),
          ...checkMetadata(trigger.metadata, scaled, scene.objects),
        ],
      );
    }),
  );

function checkAddress({ scalerAddress }: Metadata, { scalers }: Scene): Finding[] {
  const path = ['scalerAddress'];
  if (scalerAddress === undefined) return [{ path, message: 'is missing: add it' }];
  const address = parseScalerAddress(scalerAddress);
  if (!address.ok) return [{ path, message: address.problem }];
  if (scalers.has(address.value)) return [];
  const allowed = [...scalers].join(', ') || 'none';
  const message = `is ${quote(scalerAddress)}, which is no gRPC port of license-scaler's Services; they have ${allowed}`;
  return [{ path, message }];
}

const CERTIFICATES = ['caCert', 'tlsClientCert', 'tlsClientKey', 'tlsCertFile'];

function checkTls(metadata: Metadata): Finding[] {
  const misplaced = CERTIFICATES.filter((key) => metadata[key] !== undefined).map((key) => ({
    path: [key],
    message: 'has no effect here: KEDA takes it from a TriggerAuthentication, as parameter',
  }));
  const { enableTLS } = metadata;
  if (enableTLS === undefined || /^(true|false)$/.test(enableTLS)) return misplaced;
  const message = `is ${quote(enableTLS)}, allowed is "true" or "false"`;
  return [...misplaced, { path: ['enableTLS'], message }];
}

function checkMetadata(
  metadata: Metadata,
  scaled: ScaledObject,
  objects: readonly Manifest[],
): readonly Finding[] {
  const { name } = scaled.metadata;
  const { resolved, findings } = resolveFromEnv(metadata, scaled, objects);
  const trigger = parseTrigger({ name, namespace: namespaceOf(scaled), metadata: resolved });
  return trigger.ok
    ? findings
    : [...findings, { path: [], message: `is not what license-scaler takes: ${trigger.problem}` }];
}

/** What is not known before it is in a cluster: a number is good for every key. */
const UNKNOWN = '1';

/** KEDA sends `...FromEnv` with the value that the variable has in the target's container, or not at all. */
function resolveFromEnv(
  metadata: Metadata,
  scaled: ScaledObject,
  objects: readonly Manifest[],
): { readonly resolved: Metadata; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const entries = Object.entries(metadata).map(([key, text]) => {
    if (!key.endsWith('FromEnv')) return [key, text] as const;
    const variable = lookUp(text, scaled, objects);
    if (variable.problem !== undefined) findings.push({ path: [key], message: variable.problem });
    return [key, variable.value] as const;
  });
  return { resolved: Object.fromEntries(entries), findings };
}

function lookUp(
  variable: string,
  scaled: ScaledObject,
  objects: readonly Manifest[],
): { readonly value: string; readonly problem?: string } {
  const pods = targetPodsOf(scaled, objects);
  const container = pods === undefined ? undefined : environmentContainerOf(scaled, pods);
  if (pods === undefined || container === undefined) return { value: UNKNOWN };
  const { env = [], envFrom = [] } = container;
  const found = env.find(({ name }) => name === variable);
  if (found !== undefined) return { value: found.value ?? UNKNOWN };
  if (envFrom.length > 0) return { value: UNKNOWN };
  const problem = `is ${quote(variable)}, a variable that the container ${container.name} of ${nameOf(pods.workload)} does not have: KEDA would leave the key out`;
  return { value: UNKNOWN, problem };
}
