import { isRecord, quote } from '../../../src/core/parsed.ts';
import { isOwnImage, parseImage, type ImageReference } from '../image-reference.ts';
import type { Manifest } from '../manifest.ts';
import { containersOf, podTemplatesOf } from '../pod-templates.ts';
import type { Path, Problem } from '../problem.ts';
import type { Rule } from '../scene.ts';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Every image says which one it is: a tag other than `latest`, or a digest. Ours has this version's tag. */
export const checkImages: Rule = ({ objects, version }) => {
  const found = [...imagesInPods(objects), ...imagesInSpinApps(objects)];
  return found.flatMap(({ manifest, path, image }) => {
    const message = problemOf(image, version);
    return message === undefined ? [] : [{ manifest, path, message }];
  });
};

interface FoundImage extends Pick<Problem, 'manifest' | 'path'> {
  readonly image: string | undefined;
}

function imagesInPods(objects: readonly Manifest[]): FoundImage[] {
  return podTemplatesOf(objects).flatMap((template) =>
    containersOf(template).map(({ container, path }) => ({
      manifest: template.workload,
      path: [...path, 'image'],
      image: container.image,
    })),
  );
}

function imagesInSpinApps(objects: readonly Manifest[]): FoundImage[] {
  const path: Path = ['spec', 'image'];
  return objects.flatMap((manifest) => {
    if (manifest.kind !== 'SpinApp' || !('spec' in manifest) || !isRecord(manifest.spec)) return [];
    return [{ manifest, path, image: String(manifest.spec.image) }];
  });
}

function problemOf(image: string | undefined, version: string): string | undefined {
  if (image === undefined || image === '') return 'is missing: add it';
  const reference = parseImage(image);
  const { tag, digest } = reference;
  if (tag === 'latest')
    return `is ${quote(image)}: latest is another image tomorrow, give a version`;
  if (digest !== undefined && !DIGEST.test(digest)) {
    return `is ${quote(image)}, allowed as a digest is sha256: and 64 hexadecimal digits`;
  }
  if (tag === undefined && digest === undefined) {
    return `is ${quote(image)}, which means latest: give a tag or a digest`;
  }
  if (!isOwnImage(image) || isLocal(reference) || digest !== undefined || tag === version) return;
  return `is ${quote(image)}, allowed is the version of package.json (${version}): correct the tag`;
}

/** Built on this machine a moment ago, by whatever name the local loop gives it. */
function isLocal({ registry }: ImageReference): boolean {
  return /^localhost(:|$)/.test(registry ?? '');
}
