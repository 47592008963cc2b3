import { quote } from '../../../src/core/parsed.ts';
import {
  checkAddress as checkHostAndPort,
  checkMetadata,
  checkTls,
  resolveFromEnv,
  UNKNOWN_VALUE,
} from '../../../src/validation/scaled-object/license-metadata.ts';
import { isExternalTrigger } from '../../../src/validation/scaled-object/scaled-object.ts';
import { ofKind } from '../kinds.ts';
import { nameOf, type Manifest } from '../manifest.ts';
import { toProblems, type Finding } from '../problem.ts';
import { environmentContainerOf, targetPodsOf, type ScaledObject } from '../scaled-objects.ts';
import { parseScalerAddress } from '../scaler-address.ts';
import type { Rule, Scene } from '../scene.ts';

type Metadata = Readonly<Record<string, string>>;

/** What every license trigger says is what license-scaler takes, and it says it to license-scaler. */
export const checkLicenseTriggers: Rule = (scene) =>
  ofKind(scene.objects, 'ScaledObject').flatMap((scaled) =>
    scaled.spec.triggers.filter(isExternalTrigger).flatMap((trigger) => {
      const index = scaled.spec.triggers.indexOf(trigger);
      return toProblems(
        scaled,
        ['spec', 'triggers', index, 'metadata'],
        [
          ...checkAddress(trigger.metadata, scene),
          ...checkTls(trigger.metadata),
          ...checkResolved(trigger.metadata, scaled, scene.objects),
        ],
      );
    }),
  );

function checkAddress({ scalerAddress }: Metadata, { scalers }: Scene): Finding[] {
  const path = ['scalerAddress'];
  if (scalerAddress === undefined) return checkHostAndPort({});
  const address = parseScalerAddress(scalerAddress);
  if (!address.ok) return [{ path, message: address.problem }];
  if (scalers.has(address.value)) return [];
  const allowed = [...scalers].join(', ') || 'none';
  const message = `is ${quote(scalerAddress)}, which is no gRPC port of license-scaler's Services; they have ${allowed}`;
  return [{ path, message }];
}

function checkResolved(
  metadata: Metadata,
  scaled: ScaledObject,
  objects: readonly Manifest[],
): readonly Finding[] {
  const findings: Finding[] = [];
  const resolved = resolveFromEnv(metadata, (key, text) => {
    const variable = lookUp(text, scaled, objects);
    if (variable.problem !== undefined) findings.push({ path: [key], message: variable.problem });
    return variable.value;
  });
  return [...findings, ...checkMetadata(resolved, scaled)];
}

function lookUp(
  variable: string,
  scaled: ScaledObject,
  objects: readonly Manifest[],
): { readonly value: string; readonly problem?: string } {
  const pods = targetPodsOf(scaled, objects);
  const container = pods === undefined ? undefined : environmentContainerOf(scaled, pods);
  if (pods === undefined || container === undefined) return { value: UNKNOWN_VALUE };
  const { env = [], envFrom = [] } = container;
  const found = env.find(({ name }) => name === variable);
  if (found !== undefined) return { value: found.value ?? UNKNOWN_VALUE };
  if (envFrom.length > 0) return { value: UNKNOWN_VALUE };
  const problem = `is ${quote(variable)}, a variable that the container ${container.name} of ${nameOf(pods.workload)} does not have: KEDA would leave the key out`;
  return { value: UNKNOWN_VALUE, problem };
}
