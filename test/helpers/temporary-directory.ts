import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs the test in a new directory, which is removed after it. */
export function inTemporaryDirectory(
  test: (directory: string) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), 'license-scaler-'));
    try {
      await test(directory);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  };
}
