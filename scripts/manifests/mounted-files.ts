import { posix } from 'node:path';
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount';
import { quote } from '../../src/core/parsed.ts';
import type { Certificate } from './certificates.ts';
import { namespaceOf, type Manifest } from './manifest.ts';
import type { PlacedContainer, PodTemplate } from './pod-templates.ts';
import { findInVolume } from './volume-files.ts';

/** What is known, from what is rendered, of a file that a container reads. */
export type MountedFile =
  | {
      readonly kind: 'content';
      readonly bytes: Buffer;
      /** The ConfigMap or Secret that it comes from. */
      readonly source: Manifest;
      readonly key: string;
    }
  /** It comes from something that is not rendered: a Secret made by hand, an empty directory. */
  | {
      readonly kind: 'elsewhere';
      /** The Certificate that the Secret is made from, where that is rendered. */
      readonly certificate?: Certificate;
    }
  /** It will not be there, or never change. */
  | { readonly kind: 'problem'; readonly message: string };

/** The container that reads, in its surroundings. */
export interface Reader {
  readonly template: PodTemplate;
  readonly placed: PlacedContainer;
  readonly objects: readonly Manifest[];
}

/** Finds a file through the container's volume mounts, the pod's volumes and the rendered ConfigMaps and Secrets. */
export function findMountedFile(path: string, reader: Reader): MountedFile {
  const { template, placed, objects } = reader;
  if (!posix.isAbsolute(path)) return problem(`is ${quote(path)}, allowed is an absolute path`);
  const mount = mountOf(path, placed.container.volumeMounts ?? []);
  if (mount === undefined) {
    const paths = (placed.container.volumeMounts ?? []).map(({ mountPath }) => mountPath);
    return problem(`${path} is in no volume; mounted are ${paths.join(', ') || 'none'}`);
  }
  if (mount.subPath !== undefined || mount.subPathExpr !== undefined) {
    return problem(
      `${path} is mounted by subPath, which never changes in a running pod: mount ${posix.dirname(path)} as a directory`,
    );
  }
  const volume = (template.spec.volumes ?? []).find(({ name }) => name === mount.name);
  if (volume === undefined)
    return problem(`${path} is in the volume ${mount.name}, which the pod does not have`);
  return findInVolume(posix.relative(mount.mountPath, path), {
    volume,
    namespace: namespaceOf(template.workload),
    objects,
  });
}

/** The innermost one counts. */
function mountOf(path: string, mounts: readonly IVolumeMount[]): IVolumeMount | undefined {
  return mounts
    .filter(({ mountPath }) => `${path}/`.startsWith(`${mountPath.replace(/\/$/, '')}/`))
    .sort((a, b) => b.mountPath.length - a.mountPath.length)[0];
}

function problem(message: string): MountedFile {
  return { kind: 'problem', message };
}
