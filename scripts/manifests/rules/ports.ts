import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IProbe } from 'kubernetes-models/v1/Probe';
import { quote } from '../../../src/core/parsed.ts';
import { ofKind, type ManifestOf } from '../kinds.ts';
import { namespaceOf, type Manifest } from '../manifest.ts';
import { containersOf, podTemplatesOf, type PodTemplate } from '../pod-templates.ts';
import type { Finding, Path, Problem } from '../problem.ts';
import { toProblems } from '../problem.ts';
import type { Rule } from '../scene.ts';
import { selects, type LabelSelector } from '../selector.ts';

type Port = string | number;

/** Ports that are named, or numbered, by Services, NetworkPolicies and probes are ports of the containers meant. */
export const checkPorts: Rule = ({ objects }) => {
  const templates = podTemplatesOf(objects);
  return [
    ...ofKind(objects, 'Service').flatMap((service) => checkService(service, templates)),
    ...ofKind(objects, 'NetworkPolicy').flatMap((policy) => checkPolicy(policy, templates)),
    ...templates.flatMap(checkProbes),
  ];
};

function checkService(
  service: ManifestOf<'Service'>,
  templates: readonly PodTemplate[],
): Problem[] {
  const { selector, ports = [] } = service.spec ?? {};
  if (selector === undefined) return [];
  const selected = selectedBy(service, { matchLabels: selector }, templates);
  return ports.flatMap(({ port, targetPort = port, protocol = 'TCP' }, index) =>
    checkPort(
      service,
      ['spec', 'ports', index, 'targetPort'],
      { port: targetPort, protocol },
      selected,
    ),
  );
}

/** Where traffic goes to is known for what comes in only: the pods are those of the policy. */
function checkPolicy(
  policy: ManifestOf<'NetworkPolicy'>,
  templates: readonly PodTemplate[],
): Problem[] {
  const { podSelector = {}, ingress = [] } = policy.spec ?? {};
  const selected = selectedBy(policy, podSelector, templates);
  return ingress.flatMap(({ ports = [] }, rule) =>
    ports.flatMap(({ port, protocol = 'TCP' }, index) => {
      if (port === undefined) return [];
      const path = ['spec', 'ingress', rule, 'ports', index, 'port'];
      return checkPort(policy, path, { port, protocol }, selected);
    }),
  );
}

function selectedBy(
  manifest: Manifest,
  selector: LabelSelector,
  templates: readonly PodTemplate[],
): PodTemplate[] {
  return templates.filter(
    ({ workload, labels }) =>
      namespaceOf(workload) === namespaceOf(manifest) && selects(selector, labels),
  );
}

/** Without a pod there is nothing to compare with; that no pod is selected is told elsewhere. */
function checkPort(
  manifest: Manifest,
  path: Path,
  { port, protocol }: { readonly port: Port; readonly protocol: string },
  selected: readonly PodTemplate[],
): Problem[] {
  const offered = selected.flatMap((template) =>
    containersOf(template).flatMap(({ container: { ports = [] } }) => ports),
  );
  const fitting = offered.filter((offer) => (offer.protocol ?? 'TCP') === protocol);
  const isThere = fitting.some(
    ({ name, containerPort }) => name === port || containerPort === port,
  );
  if (selected.length === 0 || isThere) return [];
  return [{ manifest, path, message: unknownPort(port, offered, protocol) }];
}

function checkProbes(template: PodTemplate): readonly Problem[] {
  return containersOf(template).flatMap(({ container, path }) =>
    toProblems(template.workload, path, [
      ...checkProbe(container, 'startupProbe'),
      ...checkProbe(container, 'readinessProbe'),
      ...checkProbe(container, 'livenessProbe'),
    ]),
  );
}

function checkProbe(
  container: IContainer,
  name: 'startupProbe' | 'readinessProbe' | 'livenessProbe',
): Finding[] {
  const port = portOf(container[name]);
  const { ports = [] } = container;
  if (port === undefined) return [];
  if (ports.some((offer) => offer.name === port || offer.containerPort === port)) return [];
  return [{ path: [name], message: unknownPort(port, ports, 'TCP') }];
}

function portOf({ httpGet, tcpSocket, grpc }: IProbe = {}): Port | undefined {
  return (httpGet ?? tcpSocket ?? grpc)?.port;
}

function unknownPort(
  port: Port,
  offered: NonNullable<IContainer['ports']>,
  protocol: string,
): string {
  const names = offered.map(({ name, containerPort }) => `${name ?? 'unnamed'} (${containerPort})`);
  const allowed = [...new Set(names)].join(', ') || 'none, for the container declares no port';
  return `is port ${quote(port)} (${protocol}), which the container does not have, allowed are ${allowed}`;
}
