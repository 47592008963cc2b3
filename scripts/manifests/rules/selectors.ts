import { isRecord, quote } from '../../../src/core/parsed.ts';
import { ofKind } from '../kinds.ts';
import { namespaceOf, nameOf, type Manifest } from '../manifest.ts';
import { podTemplatesOf, type PodTemplate } from '../pod-templates.ts';
import type { Path, Problem } from '../problem.ts';
import type { Rule } from '../scene.ts';
import { selects, type LabelSelector } from '../selector.ts';

/** A selector of a workload can't be changed once it is in a cluster, so that labels which change stay out. */
const STABLE = ['name', 'instance', 'component'].map((name) => `app.kubernetes.io/${name}`);

/** What selects pods selects some that are rendered with it, and a workload its own and no others. */
export const checkSelectors: Rule = ({ objects }) => {
  const templates = podTemplatesOf(objects);
  return [
    ...templates.flatMap((template) => checkWorkload(template, templates)),
    ...findSelecting(objects).flatMap((selecting) => checkSelecting(selecting, templates)),
  ];
};

interface Selecting {
  readonly manifest: Manifest;
  readonly path: Path;
  readonly selector: LabelSelector;
}

/** Empty selectors of policies mean all pods, which is never in vain. */
function findSelecting(objects: readonly Manifest[]): Selecting[] {
  const services = ofKind(objects, 'Service').flatMap((manifest) => {
    const matchLabels = manifest.spec?.selector;
    if (matchLabels === undefined) return [];
    return [{ manifest, path: ['spec', 'selector'], selector: { matchLabels } }];
  });
  const budgets = ofKind(objects, 'PodDisruptionBudget').map((manifest) => ({
    manifest,
    path: ['spec', 'selector'],
    selector: manifest.spec?.selector ?? {},
  }));
  const policies = ofKind(objects, 'NetworkPolicy').map((manifest) => ({
    manifest,
    path: ['spec', 'podSelector'],
    selector: manifest.spec?.podSelector ?? {},
  }));
  return [...services, ...budgets, ...policies];
}

function checkSelecting(
  { manifest, path, selector }: Selecting,
  templates: readonly PodTemplate[],
): Problem[] {
  const near = templates.filter(({ workload }) => namespaceOf(workload) === namespaceOf(manifest));
  if (near.some(({ labels }) => selects(selector, labels))) return [];
  const offered = near.map(
    ({ workload, labels }) => `${nameOf(workload)} ${JSON.stringify(labels)}`,
  );
  const there = offered.length === 0 ? 'none is rendered' : `there are ${offered.join('; ')}`;
  const message = `is ${quote(selector)}, which selects no pod of its namespace: ${there}`;
  return [{ manifest, path, message }];
}

function checkWorkload(template: PodTemplate, templates: readonly PodTemplate[]): Problem[] {
  const { workload: manifest, labels } = template;
  const spreads = checkSpread(template);
  const selector = selectorOf(manifest);
  if (selector === undefined) return spreads;
  const path = ['spec', 'selector'];
  const own = selects(selector, labels)
    ? []
    : [`is ${quote(selector)}, which does not select its own pods: ${JSON.stringify(labels)}`];
  const others = templates
    .filter(({ workload }) => workload !== manifest)
    .filter(({ workload }) => namespaceOf(workload) === namespaceOf(manifest))
    .filter((other) => selects(selector, other.labels))
    .map(
      ({ workload }) =>
        `selects the pods of ${nameOf(workload)} too: add a label to tell them apart`,
    );
  const unstable = Object.keys(selector.matchLabels ?? {})
    .filter((key) => !STABLE.includes(key))
    .map((key) => `has ${quote(key)}, allowed are ${STABLE.join(', ')}: it can't be changed later`);
  const messages = [...own, ...others, ...unstable];
  return [...spreads, ...messages.map((message) => ({ manifest, path, message }))];
}

/** Jobs choose their selectors themselves. */
function selectorOf({ kind, ...rest }: Manifest): LabelSelector | undefined {
  if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)) return undefined;
  const { spec } = rest as { spec?: unknown };
  return isRecord(spec) ? (spec.selector as LabelSelector | undefined) : undefined;
}

function checkSpread({ workload, path, labels, spec }: PodTemplate): Problem[] {
  return (spec.topologySpreadConstraints ?? []).flatMap(({ labelSelector }, index) => {
    if (labelSelector !== undefined && selects(labelSelector, labels)) return [];
    const at = [...path, 'spec', 'topologySpreadConstraints', index, 'labelSelector'];
    const found = quote(labelSelector ?? 'not given');
    const message = `is ${found}, which does not select the pods that it is to spread: ${JSON.stringify(labels)}`;
    return [{ manifest: workload, path: at, message }];
  });
}
