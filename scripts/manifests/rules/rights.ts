import { quote } from '../../../src/core/parsed.ts';
import { ofKind, type ManifestOf } from '../kinds.ts';
import { namespaceOf, nameOf, type Manifest } from '../manifest.ts';
import { toProblems, type Finding } from '../problem.ts';
import type { Rule } from '../scene.ts';

type Role = ManifestOf<'ClusterRole'> | ManifestOf<'Role'>;
type Binding = ManifestOf<'ClusterRoleBinding'> | ManifestOf<'RoleBinding'>;

interface Right {
  readonly group: RegExp;
  readonly resource: RegExp;
  readonly verbs: readonly string[];
}

/** All that there is to be done in the cluster. Kinds of others may be scaled too, but only scaled. */
const RIGHTS: readonly Right[] = [
  { group: /^keda\.sh$/, resource: /^scaledobjects$/, verbs: ['get'] },
  { group: /^[a-z][^*]*$/, resource: /^[a-z]+\/scale$/, verbs: ['get', 'patch'] },
  { group: /^events\.k8s\.io$/, resource: /^events$/, verbs: ['create'] },
];

const ALLOWED =
  'scaledobjects of keda.sh, events of events.k8s.io, and the scale of a kind by name';

/** Roles grant what scaling takes and nothing else, and they are bound to the program's own account. */
export const checkRights: Rule = ({ objects }) => [
  ...rolesOf(objects).flatMap((role) => toProblems(role, ['rules'], checkRole(role))),
  ...bindingsOf(objects).flatMap((binding) =>
    toProblems(
      binding,
      [],
      [...checkReference(binding, objects), ...checkSubjects(binding, objects)],
    ),
  ),
];

function rolesOf(objects: readonly Manifest[]): Role[] {
  return [...ofKind(objects, 'ClusterRole'), ...ofKind(objects, 'Role')];
}

function bindingsOf(objects: readonly Manifest[]): Binding[] {
  return [...ofKind(objects, 'ClusterRoleBinding'), ...ofKind(objects, 'RoleBinding')];
}

function checkRole({ rules }: Role): Finding[] {
  return (rules ?? []).flatMap(
    ({ apiGroups = [], resources = [], verbs, nonResourceURLs }, index) => {
      if (nonResourceURLs !== undefined) {
        return [{ path: [index, 'nonResourceURLs'], message: 'is given, allowed is none' }];
      }
      const pairs = apiGroups.flatMap((group) =>
        resources.map((resource) => ({ group, resource })),
      );
      return pairs.flatMap(({ group, resource }) => checkRight(group, resource, verbs, index));
    },
  );
}

function checkRight(
  group: string,
  resource: string,
  verbs: readonly string[],
  index: number,
): Finding[] {
  const right = RIGHTS.find((one) => one.group.test(group) && one.resource.test(resource));
  if (right === undefined) {
    const message = `has ${quote(resource)} of ${quote(group)}, allowed are ${ALLOWED}`;
    return [{ path: [index, 'resources'], message }];
  }
  const given = [...verbs].sort().join(', ');
  const needed = right.verbs.join(', ');
  if (given === needed) return [];
  const message = `are ${given} for ${resource}, allowed and needed are ${needed}`;
  return [{ path: [index, 'verbs'], message }];
}

function checkReference(binding: Binding, objects: readonly Manifest[]): Finding[] {
  const { kind, name } = binding.roleRef;
  const candidates = rolesOf(objects).filter(
    (role) =>
      role.kind === kind && (kind === 'ClusterRole' || namespaceOf(role) === namespaceOf(binding)),
  );
  if (candidates.some(({ metadata }) => metadata.name === name)) return [];
  const there = candidates.map(({ metadata }) => metadata.name).join(', ') || 'none';
  const message = `is ${kind} ${quote(name)}, which is not rendered with it; there are ${there}`;
  return [{ path: ['roleRef'], message }];
}

/** A tenant's binding is rendered without the account, so that nothing can be said of its name. */
function checkSubjects({ subjects = [] }: Binding, objects: readonly Manifest[]): Finding[] {
  const accounts = ofKind(objects, 'ServiceAccount');
  const names = accounts.map(nameOf);
  return subjects.flatMap(({ kind, namespace, name }, index) => {
    const found = `${kind} ${namespace ?? ''}/${name}`;
    if (kind !== 'ServiceAccount' || namespace === undefined) {
      const message = `is ${found}, allowed is a ServiceAccount with its namespace`;
      return [{ path: ['subjects', index], message }];
    }
    if (accounts.length === 0 || names.includes(found)) return [];
    const message = `is ${found}, which is not rendered with it; there are ${names.join(', ')}`;
    return [{ path: ['subjects', index], message }];
  });
}
