/** The programs of a control plane, and how each is built. */
import { join } from 'node:path';
import { cacheDirectory, VERSIONS, type GoModule } from './versions.ts';

export interface Binary {
  readonly name: BinaryName;
  /** The Go module of this folder that pins it. */
  readonly module: GoModule;
  /** Its main package. */
  readonly package: string;
  readonly version: string;
  /** String variables that the linker sets: without them a program does not know its version. */
  readonly variables: Readonly<Record<string, string>>;
}

export type BinaryName =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kubectl'
  | 'keda-operator'
  | 'keda-adapter';

/** In the order in which they are built: the smallest first. */
export const BINARIES: readonly Binary[] = [
  {
    name: 'etcd',
    module: 'kubernetes',
    package: 'go.etcd.io/etcd/server/v3',
    version: VERSIONS.etcd,
    variables: {},
  },
  kubernetes('kubectl'),
  kubernetes('kube-apiserver'),
  kubernetes('kube-controller-manager'),
  keda('keda-operator', 'operator'),
  keda('keda-adapter', 'adapter'),
];

/** Where a program is, once it is built. */
export function binaryPath(name: BinaryName): string {
  return join(cacheDirectory(), 'bin', name);
}

/** KEDA's CustomResourceDefinitions as one file, once it is built. */
export function kedaCrdsPath(): string {
  return join(cacheDirectory(), 'keda-crds.yaml');
}

function kubernetes(name: BinaryName): Binary {
  const [major = '', minor = ''] = VERSIONS.kubernetes.split('.');
  return {
    name,
    module: 'kubernetes',
    package: `k8s.io/kubernetes/cmd/${name}`,
    version: VERSIONS.kubernetes,
    variables: {
      'k8s.io/component-base/version.gitVersion': `v${VERSIONS.kubernetes}`,
      'k8s.io/component-base/version.gitMajor': major,
      'k8s.io/component-base/version.gitMinor': minor,
    },
  };
}

function keda(name: BinaryName, command: string): Binary {
  return {
    name,
    module: 'keda',
    package: `github.com/kedacore/keda/v2/cmd/${command}`,
    version: VERSIONS.keda,
    variables: { 'github.com/kedacore/keda/v2/version.Version': VERSIONS.keda },
  };
}
