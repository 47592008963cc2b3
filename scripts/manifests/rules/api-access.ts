import { scales } from '../../../src/app/scaling.ts';
import type { Config } from '../../../src/config/schema.ts';
import { ofKind } from '../kinds.ts';
import { namespaceOf, nameOf } from '../manifest.ts';
import { findMountedFile, type Reader } from '../mounted-files.ts';
import { toProblems, type Problem } from '../problem.ts';
import { checkApiEgress } from './api-egress.ts';

/** Where the Kubernetes client looks, and what for. */
const DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';
const FILES = ['token', 'ca.crt', 'namespace'].map((file) => `${DIRECTORY}/${file}`);

/** In seconds. */
const LONGEST = 3600;

/**
 * A container that runs `serve` has a way to the Kubernetes API where its configuration says that it scales by
 * itself, and otherwise neither a token nor rights.
 */
export function checkApiAccess(config: Config, reader: Reader): readonly Problem[] {
  const isWanted = scales(config) && config.kubernetes.kubeconfig === undefined;
  return isWanted
    ? [...checkToken(reader), ...checkApiEgress(reader)]
    : [...checkNoToken(reader), ...checkNoRights(reader)];
}

function checkToken(reader: Reader): readonly Problem[] {
  const { template, placed } = reader;
  const findings = FILES.flatMap((path) => {
    const file = findMountedFile(path, reader);
    if (file.kind !== 'problem') return [];
    const message = `do not hold what it needs to scale by itself (suspension.mode, reinstatement): ${file.message}`;
    return [{ path: ['volumeMounts'], message }];
  });
  return [...toProblems(template.workload, placed.path, findings), ...checkLifetime(reader)];
}

function checkLifetime({ template }: Reader): readonly Problem[] {
  const findings = tokensOf(template.spec).flatMap(({ path, expirationSeconds = LONGEST }) => {
    if (expirationSeconds <= LONGEST) return [];
    const message = `is ${expirationSeconds}, allowed is ${LONGEST} or less: kubelet replaces it in time`;
    return [{ path: [...path, 'expirationSeconds'], message }];
  });
  return toProblems(template.workload, [...template.path, 'spec'], findings);
}

function checkNoToken({ template }: Reader): readonly Problem[] {
  const message =
    'is a token of the Kubernetes API, but by its configuration the program does not call that: take it out, or give suspension.mode scale';
  const findings = tokensOf(template.spec).map(({ path }) => ({ path, message }));
  return toProblems(template.workload, [...template.path, 'spec'], findings);
}

interface Token {
  readonly path: readonly (string | number)[];
  readonly expirationSeconds?: number | undefined;
}

function tokensOf({ volumes = [] }: Reader['template']['spec']): Token[] {
  return volumes.flatMap(({ projected }, volume) =>
    (projected?.sources ?? []).flatMap(({ serviceAccountToken: token }, source) => {
      if (token === undefined) return [];
      const path = ['volumes', volume, 'projected', 'sources', source, 'serviceAccountToken'];
      return [{ path, expirationSeconds: token.expirationSeconds }];
    }),
  );
}

function checkNoRights({ template, objects }: Reader): Problem[] {
  const { workload, spec } = template;
  const bindings = [...ofKind(objects, 'ClusterRoleBinding'), ...ofKind(objects, 'RoleBinding')];
  return bindings.flatMap((manifest) =>
    (manifest.subjects ?? []).flatMap(({ name, namespace }, index) => {
      if (name !== spec.serviceAccountName || namespace !== namespaceOf(workload)) return [];
      const message = `is the one of ${nameOf(workload)}, which by its configuration does not call the Kubernetes API: give it no rights`;
      return [{ manifest, path: ['subjects', index], message }];
    }),
  );
}
