import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { binaryPath } from '../build/binaries.ts';
import type { Site } from '../control-plane/site.ts';

/**
 * Runs kubectl as an operator of the cluster would, with all rights.
 *
 * @param input what is behind `-f -`
 * @returns what it printed; rejects with what it complained of
 */
export function kubectl(
  { kubeconfig, folder }: Site,
  args: readonly string[],
  input = '',
): Promise<string> {
  const cache = join(folder, 'kubectl-cache');
  return new Promise((resolve, reject) => {
    const child = execFile(
      binaryPath('kubectl'),
      ['--kubeconfig', kubeconfig, '--cache-dir', cache, ...args],
      { maxBuffer: 64 * 2 ** 20 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`kubectl ${args.join(' ')}: ${stderr}`, { cause: error }));
      },
    );
    child.stdin?.end(input);
  });
}
