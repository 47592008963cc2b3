/** The versions that the harness is pinned to: those of its Go modules, so that they are written once. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The newest release of KEDA, and the one before it. */
export type KedaModule = 'keda' | 'keda-2.20';

export type GoModule = 'kubernetes' | KedaModule;

/** Without the leading "v". */
export const VERSIONS = {
  etcd: requiredVersion('kubernetes', 'go.etcd.io/etcd/server/v3'),
  kubernetes: requiredVersion('kubernetes', 'k8s.io/kubernetes'),
  keda: requiredVersion('keda', 'github.com/kedacore/keda/v2'),
  'keda-2.20': requiredVersion('keda-2.20', 'github.com/kedacore/keda/v2'),
} as const;

/** The directory of one of the Go modules. */
export function moduleDirectory(module: GoModule): string {
  return new URL(`../modules/${module}`, import.meta.url).pathname;
}

/** Where what was built is kept: outside the repository, each under a name with its version. */
export function cacheDirectory(): string {
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(caches, 'license-scaler', 'cluster');
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
