import { formatPath, type Finding, type Path } from '../../src/validation/finding.ts';
import { nameOf, type Manifest } from './manifest.ts';

export type { Finding, Path };

/** One thing that is wrong with a rendered object. */
export interface Problem {
  readonly manifest: Manifest;
  /** Empty where it is about the object as a whole. */
  readonly path: Path;
  /** What was found, what is allowed and what to do; goes on after the path. */
  readonly message: string;
}

/** Says which object, and where in it, findings are about. */
export function toProblems(
  manifest: Manifest,
  base: Path,
  findings: readonly Finding[],
): readonly Problem[] {
  return findings.map(({ path, message }) => ({ manifest, path: [...base, ...path], message }));
}

/**
 * `k8s/base/deployment.yaml: Deployment ns/name: spec.replicas is ...`
 *
 * @param files the files that objects were written in, by their names; without it, it is not told
 */
export function formatProblem(
  { manifest, path, message }: Problem,
  files: ReadonlyMap<string, string> = new Map(),
): string {
  const name = nameOf(manifest);
  const file = files.get(name) ?? '';
  const where = path.length === 0 ? '' : ` ${formatPath(path)}`;
  return `${file === '' ? '' : `${file}: `}${name}:${where} ${message}`;
}
