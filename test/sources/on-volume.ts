import type { TenantId } from '../../src/core/tenant.ts';
import type { Source } from '../../src/pipeline/source.ts';
import { createConfigMap } from '../helpers/config-map.ts';
import { Watcher } from './watcher.ts';

/** A source of the key `file` of a mounted ConfigMap. */
export interface VolumeStage {
  readonly source: Source;
  /** The directory that the ConfigMap is mounted at. */
  readonly directory: string;
  /** Gives the key another content, or takes it away. */
  readonly put: (content: string | undefined) => Promise<void>;
  /** Observes the source until the test ends. */
  readonly watch: (...tenants: readonly TenantId[]) => Watcher;
}

/** Runs a test on a source of a file that has the content to begin with. */
export async function onVolume(
  createSource: (path: string) => Source,
  content: string,
  test: (stage: VolumeStage) => Promise<void>,
): Promise<void> {
  const volume = await createConfigMap({ file: content });
  const source = createSource(volume.path('file'));
  const watchers: Watcher[] = [];
  try {
    await test({
      source,
      directory: volume.directory,
      put: (next) => volume.swap(next === undefined ? {} : { file: next }),
      watch(...tenants) {
        const watcher = new Watcher(source, ...tenants);
        watchers.push(watcher);
        return watcher;
      },
    });
  } finally {
    for (const watcher of watchers) watcher.leave();
    await volume.remove();
  }
}
