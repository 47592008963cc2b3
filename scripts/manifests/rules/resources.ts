import { containersOf, podTemplatesOf } from '../pod-templates.ts';
import type { Rule } from '../scene.ts';

const WANTED = [
  ['requests', 'cpu'],
  ['requests', 'memory'],
  ['limits', 'memory'],
] as const;

/**
 * Every container says what it needs and how much memory it may take: the scheduler, KEDA's cpu and memory
 * triggers and a node's other pods rely on it. A limit for the CPU is a matter of taste.
 */
export const checkResources: Rule = ({ objects }) =>
  podTemplatesOf(objects).flatMap((template) =>
    containersOf(template).flatMap(({ container, path }) =>
      WANTED.flatMap(([kind, resource]) => {
        if (container.resources?.[kind]?.[resource] !== undefined) return [];
        const at = [...path, 'resources', kind, resource];
        return [{ manifest: template.workload, path: at, message: 'is missing: add it' }];
      }),
    ),
  );
