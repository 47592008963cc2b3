import type { Rendering } from './kustomizations.ts';

/** What is to be said of one rendering. */
export interface Report {
  readonly rendering: Rendering;
  /** What an unused component was rendered on. */
  readonly base: string;
  /** How many objects came out. */
  readonly objects: number;
  /** One sentence each, the file in front. */
  readonly problems: readonly string[];
}

/** `k8s/overlays/production  12 objects  ok`, or the problems below it, one a line. */
export function formatReport({ rendering, base, objects, problems }: Report): string {
  const { directory, isUnusedComponent } = rendering;
  const what = isUnusedComponent ? `${directory}  on ${base}` : directory;
  const state = problems.length === 0 ? 'ok' : countOf(problems.length, 'problem');
  const lines = problems.map((problem) => `  ${problem.replaceAll('\n', '\n    ')}`);
  return [`${what}  ${countOf(objects, 'object')}  ${state}`, ...lines].join('\n');
}

/** `1 object`, `2 objects` */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
