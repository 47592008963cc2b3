/** The versions that the harness is pinned to: those of its Go modules, so that they are written once. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export type GoModule = 'kubernetes' | 'keda';

/** Without the leading "v". */
export interface Versions {
  readonly etcd: string;
  readonly kubernetes: string;
  readonly keda: string;
}

export const VERSIONS: Versions = {
  etcd: requiredVersion('kubernetes', 'go.etcd.io/etcd/server/v3'),
  kubernetes: requiredVersion('kubernetes', 'k8s.io/kubernetes'),
  keda: requiredVersion('keda', 'github.com/kedacore/keda/v2'),
};

/** The directory of one of the Go modules. */
export function moduleDirectory(module: GoModule): string {
  return new URL(`../modules/${module}`, import.meta.url).pathname;
}

/** Where what was built is kept: outside the repository, one folder for each set of versions. */
export function cacheDirectory(): string {
  const { etcd, kubernetes, keda } = VERSIONS;
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const key = `cluster-kubernetes-${kubernetes}-etcd-${etcd}-keda-${keda}`;
  return join(caches, 'license-scaler', key);
}

function requiredVersion(module: GoModule, path: string): string {
  const file = join(moduleDirectory(module), 'go.mod');
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [required, version] = line
      .replace(/^require /, '')
      .trim()
      .split(' ');
    if (required === path && version?.startsWith('v') === true) return version.slice(1);
  }
  throw new Error(`${file} does not require ${path}; add it with "go get -tool"`);
}
