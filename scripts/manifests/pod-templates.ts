import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { Manifest } from './manifest.ts';
import type { Path } from './problem.ts';
import { valueAt } from './value-at.ts';

/** What a workload makes its pods from. */
export interface PodTemplate {
  readonly workload: Manifest;
  /** Where it is in the workload. */
  readonly path: Path;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: IPodSpec;
}

/** A container, or init container, of a pod template. */
export interface PlacedContainer {
  readonly container: IContainer;
  /** Where it is in the workload. */
  readonly path: Path;
}

const PATHS: Readonly<Record<string, Path>> = {
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Deployment: ['spec', 'template'],
  Job: ['spec', 'template'],
  Pod: [],
  StatefulSet: ['spec', 'template'],
};

interface Template {
  readonly metadata?: Pick<Manifest['metadata'], 'labels' | 'annotations'>;
  readonly spec?: IPodSpec;
}

/** The pod templates among objects whose shape was checked. */
export function podTemplatesOf(objects: readonly Manifest[]): PodTemplate[] {
  return objects.flatMap((workload) => {
    const path = PATHS[workload.kind];
    if (path === undefined) return [];
    const { metadata, spec } = valueAt(workload, path) as Template;
    if (spec === undefined) return [];
    const { labels = {}, annotations = {} } = metadata ?? {};
    return [{ workload, path, labels, annotations, spec }];
  });
}

/** The containers of a template, init containers first, as they are started. */
export function containersOf({ path, spec }: PodTemplate): PlacedContainer[] {
  const place = (list: 'initContainers' | 'containers'): PlacedContainer[] =>
    (spec[list] ?? []).map((container, index) => ({
      container,
      path: [...path, 'spec', list, index],
    }));
  return [...place('initContainers'), ...place('containers')];
}
