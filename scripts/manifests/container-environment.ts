import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import { ofKind } from './kinds.ts';
import { namespaceOf, type Manifest } from './manifest.ts';
import type { Reader } from './mounted-files.ts';

/**
 * The environment that the container's manifest gives it, as far as it is rendered: variables from Secrets
 * and from the pod's own fields are known in the cluster only, and left out.
 */
export function environmentOf({ template, placed, objects }: Reader): Record<string, string> {
  const { env = [], envFrom = [] } = placed.container;
  const maps = ofKind(objects, 'ConfigMap').filter(
    (map) => namespaceOf(map) === namespaceOf(template.workload),
  );
  const whole = envFrom.flatMap(({ prefix = '', configMapRef }) =>
    Object.entries(dataOf(maps, configMapRef?.name)).map(([key, value]) => [prefix + key, value]),
  );
  const single = env.flatMap((variable) => {
    const value = valueOf(variable, maps);
    return value === undefined ? [] : [[variable.name, value]];
  });
  return Object.fromEntries([...whole, ...single]) as Record<string, string>;
}

function valueOf({ value, valueFrom }: IEnvVar, maps: readonly Manifest[]): string | undefined {
  if (valueFrom === undefined) return value ?? '';
  const { name, key } = valueFrom.configMapKeyRef ?? { name: undefined, key: '' };
  return dataOf(maps, name)[key];
}

function dataOf(
  maps: readonly Manifest[],
  name: string | undefined,
): Readonly<Record<string, string>> {
  const map = ofKind(maps, 'ConfigMap').find(({ metadata }) => metadata.name === name);
  return map?.data ?? {};
}
