import { quote } from '../../../src/core/parsed.ts';
import { ofKind } from '../kinds.ts';
import { namespaceOf, type Manifest } from '../manifest.ts';
import type { Problem } from '../problem.ts';
import type { Rule } from '../scene.ts';
import { selects, type LabelSelector } from '../selector.ts';

interface Monitor extends Manifest {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly endpoints: readonly { readonly port: string }[];
  };
}

/** A ServiceMonitor selects Services that are rendered with it, by ports that they have. */
export const checkMonitors: Rule = ({ objects }) =>
  objects
    .filter(({ kind }) => kind === 'ServiceMonitor')
    .flatMap((manifest) => checkMonitor(manifest as Monitor, objects));

function checkMonitor(manifest: Monitor, objects: readonly Manifest[]): Problem[] {
  const { selector, endpoints } = manifest.spec;
  const selected = ofKind(objects, 'Service').filter(
    (service) =>
      namespaceOf(service) === namespaceOf(manifest) &&
      selects(selector, service.metadata.labels ?? {}),
  );
  if (selected.length === 0) {
    const message = `is ${quote(selector)}, which selects no Service that is rendered with it`;
    return [{ manifest, path: ['spec', 'selector'], message }];
  }
  const ports = selected.flatMap(({ spec }) => (spec?.ports ?? []).map(({ name }) => name));
  return endpoints.flatMap(({ port }, index) => {
    if (ports.includes(port)) return [];
    const allowed = [...new Set(ports)].join(', ');
    const message = `is ${quote(port)}, which is no port of the Services, allowed are ${allowed}`;
    return [{ manifest, path: ['spec', 'endpoints', index, 'port'], message }];
  });
}
