/** The programs of a control plane, and how each is built. */
import { join } from 'node:path';
import { cacheDirectory, VERSIONS, type GoModule, type KedaModule } from './versions.ts';

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
  'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl' | KedaBinaryName;

type KedaBinaryName = 'keda-operator' | 'keda-adapter';

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
  keda('keda-operator', 'keda', 'operator'),
  keda('keda-adapter', 'keda', 'adapter'),
  keda('keda-operator', 'keda-2.20', 'operator'),
  keda('keda-adapter', 'keda-2.20', 'adapter'),
];

/** Where a program is, once it is built. */
export function pathOf({ name, version }: Binary): string {
  return join(cacheDirectory(), `${name}-${version}`);
}

/** @param keda which release's, of a program of KEDA */
export function binaryPath(name: BinaryName, keda: KedaModule = 'keda'): string {
  const all = BINARIES.filter((each) => each.name === name);
  const binary = all.find(({ module }) => module === keda) ?? all[0];
  if (binary === undefined) throw new Error(`${name} is not among the programs`);
  return pathOf(binary);
}

/** The CustomResourceDefinitions of a release of KEDA as one file, once it is built. */
export function kedaCrdsPath(keda: KedaModule): string {
  return join(cacheDirectory(), `keda-crds-${VERSIONS[keda]}.yaml`);
}

function kubernetes(name: Exclude<BinaryName, KedaBinaryName>): Binary {
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

function keda(name: KedaBinaryName, module: KedaModule, command: string): Binary {
  return {
    name,
    module,
    package: `github.com/kedacore/keda/v2/cmd/${command}`,
    version: VERSIONS[module],
    variables: { 'github.com/kedacore/keda/v2/version.Version': VERSIONS[module] },
  };
}
