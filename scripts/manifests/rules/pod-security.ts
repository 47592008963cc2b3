/**
 * The "restricted" Pod Security Standard, control by control
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/), for Linux pods.
 */
import { quote } from '../../../src/core/parsed.ts';
import { namespaceOf } from '../manifest.ts';
import { checkContainer } from './pod-security-container.ts';
import { checkPod } from './pod-security-pod.ts';
import { containersOf, podTemplatesOf, type PodTemplate } from '../pod-templates.ts';
import { toProblems, type Problem } from '../problem.ts';
import type { Rule } from '../scene.ts';

/** Every pod keeps to the standard, and the Namespaces that are rendered with pods in them enforce it. */
export const checkPodSecurity: Rule = ({ objects }) => {
  const templates = podTemplatesOf(objects);
  const inhabited = new Set(templates.map(({ workload }) => namespaceOf(workload)));
  return [
    ...templates.flatMap(checkTemplate),
    ...objects
      .filter(({ kind, metadata }) => kind === 'Namespace' && inhabited.has(metadata.name))
      .flatMap(checkNamespace),
  ];
};

function checkTemplate(template: PodTemplate): readonly Problem[] {
  const { workload, path, spec } = template;
  return [
    ...toProblems(workload, [...path, 'spec'], checkPod(spec)),
    ...checkAppArmorAnnotations(template),
    ...containersOf(template).flatMap(({ container, path: at }) =>
      toProblems(workload, at, checkContainer(container, spec.securityContext ?? {})),
    ),
  ];
}

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/** The older way to choose a profile. */
function checkAppArmorAnnotations({ workload, path, annotations }: PodTemplate): Problem[] {
  return Object.entries(annotations).flatMap(([key, value]) => {
    if (!key.startsWith(APP_ARMOR)) return [];
    if (value === '' || value === 'runtime/default' || value.startsWith('localhost/')) return [];
    const message = `is ${quote(value)}, allowed is runtime/default or localhost/*`;
    return [{ manifest: workload, path: [...path, 'metadata', 'annotations', key], message }];
  });
}

const MODES = ['enforce', 'audit', 'warn'];

function checkNamespace(manifest: Problem['manifest']): Problem[] {
  return MODES.flatMap((mode) => {
    const key = `pod-security.kubernetes.io/${mode}`;
    const found = manifest.metadata.labels?.[key];
    const message = `is ${quote(found ?? 'not given')}, allowed is restricted`;
    if (found === 'restricted') return [];
    return [{ manifest, path: ['metadata', 'labels', key], message }];
  });
}
