import { quote } from '../../../src/core/parsed.ts';
import type { Manifest } from '../manifest.ts';
import { podTemplatesOf, type PodTemplate } from '../pod-templates.ts';
import { toProblems, type Finding, type Problem } from '../problem.ts';
import type { Rule } from '../scene.ts';

const PREFIX = 'app.kubernetes.io';

/** What each recommended label must be; undefined: whatever fits. */
const REQUIRED: Readonly<Record<string, string | undefined>> = {
  name: undefined,
  instance: undefined,
  component: undefined,
  'part-of': 'license-scaler',
  'managed-by': 'kustomize',
};

/** As the API server has it; empty is allowed there, but says nothing. */
const VALUE = /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;

/** Every object carries the recommended labels, so that all of a part can be found and taken away. */
export const checkLabels: Rule = ({ objects }) => [
  ...objects.flatMap((manifest) =>
    toProblems(manifest, ['metadata', 'labels'], findingsOf(manifest)),
  ),
  ...podTemplatesOf(objects).flatMap(checkVersion),
];

const VERSION = `${PREFIX}/version`;

/** What runs an image says which version it is, and so do its pods; a Service or a Namespace has none. */
function checkVersion({ workload, path, labels }: PodTemplate): readonly Problem[] {
  const missing = {
    path: ['metadata', 'labels', VERSION],
    message: 'is missing, add it with a value',
  };
  return [
    ...toProblems(workload, [], workload.metadata.labels?.[VERSION] === undefined ? [missing] : []),
    ...toProblems(
      workload,
      path,
      path.length > 0 && labels[VERSION] === undefined ? [missing] : [],
    ),
  ];
}

function findingsOf({ metadata: { labels = {} } }: Manifest): Finding[] {
  const required = Object.entries(REQUIRED).flatMap(([name, wanted]) => {
    const key = `${PREFIX}/${name}`;
    const found = labels[key];
    const allowed = wanted ?? 'a value';
    if (found === undefined)
      return [{ path: [key], message: `is missing, add it with ${allowed}` }];
    if (wanted === undefined || found === wanted) return [];
    return [{ path: [key], message: `is ${quote(found)}, allowed is ${wanted}` }];
  });
  const invalid = Object.entries(labels).flatMap(([key, value]) =>
    VALUE.test(value) ? [] : [{ path: [key], message: invalidValue(value) }],
  );
  return [...required, ...invalid];
}

function invalidValue(value: string): string {
  return `is ${quote(value)}, allowed are 1 to 63 letters, digits, - _ and . with a letter or digit at both ends`;
}
