import { ofKind, type ManifestOf } from '../kinds.ts';
import { namespaceOf } from '../manifest.ts';
import type { Reader } from '../mounted-files.ts';
import type { Problem } from '../problem.ts';
import { selects } from '../selector.ts';

type Policy = ManifestOf<'NetworkPolicy'>;
type EgressRule = NonNullable<NonNullable<Policy['spec']>['egress']>[number];

/** Where API servers listen: by the Service `kubernetes`, and by themselves. */
const PORTS = [443, 6443];

/** Where NetworkPolicies keep a pod in, one of them lets it out to the API server, which is no pod. */
export function checkApiEgress({ template, objects }: Reader): Problem[] {
  const [first, ...others] = ofKind(objects, 'NetworkPolicy').filter(
    (policy) =>
      namespaceOf(policy) === namespaceOf(template.workload) &&
      policy.spec?.policyTypes?.includes('Egress') === true &&
      selects(policy.spec.podSelector, template.labels),
  );
  if (first === undefined) return [];
  const rules = [first, ...others].flatMap(({ spec }) => spec?.egress ?? []);
  if (rules.some(leadsToApiServer)) return [];
  const message = `lets nothing out to the Kubernetes API, which its pods scale by: allow TCP ${PORTS.join(' and ')}, to an ipBlock or to anywhere`;
  return [{ manifest: first, path: ['spec', 'egress'], message }];
}

function leadsToApiServer({ to = [], ports = [] }: EgressRule): boolean {
  const isPort = ports.some(
    ({ port, protocol = 'TCP' }) => protocol === 'TCP' && PORTS.includes(Number(port)),
  );
  const isPlace = to.length === 0 || to.some(({ ipBlock }) => ipBlock !== undefined);
  return isPlace && (ports.length === 0 || isPort);
}
