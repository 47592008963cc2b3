import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isRecord } from '../../src/core/parsed.ts';
import { OperatorError, messageOf } from '../../src/core/operator-error.ts';

const run = promisify(execFile);

const LEAST_KUSTOMIZE = 5;
const HOW =
  'install kubectl 1.27 or later from https://kubernetes.io/docs/tasks/tools/ and have it on the PATH';

/** What `kubectl kustomize` says. */
export interface KustomizeOutput {
  readonly yaml: string;
  /** Deprecated fields and the like, one a line; usually empty. */
  readonly warnings: string;
}

/** @throws OperatorError where there is no kubectl, or one with an older kustomize than 5 */
export async function requireKubectl(kubectl = 'kubectl'): Promise<void> {
  const version = await askVersion(kubectl);
  const major = Number(/^v?(\d+)\./.exec(version)?.[1]);
  if (major >= LEAST_KUSTOMIZE) return;
  throw new OperatorError(
    `kubectl's kustomize is ${version}, needed is ${LEAST_KUSTOMIZE}.0 or later: ${HOW}`,
  );
}

async function askVersion(kubectl: string): Promise<string> {
  try {
    const { stdout } = await run(kubectl, ['version', '--client', '--output', 'json']);
    const answer: unknown = JSON.parse(stdout);
    const version = isRecord(answer) ? answer.kustomizeVersion : undefined;
    return typeof version === 'string' ? version : 'unknown';
  } catch (error) {
    if (isRecord(error) && error.code === 'ENOENT') {
      throw new OperatorError(`kubectl is needed to render the manifests and is not here: ${HOW}`);
    }
    throw new OperatorError(`kubectl does not tell its version: ${messageOf(error)}: ${HOW}`);
  }
}

/** @throws Error with what kustomize complains about */
export async function kustomize(directory: string): Promise<KustomizeOutput> {
  const limits = { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 };
  try {
    const { stdout, stderr } = await run('kubectl', ['kustomize', directory], limits);
    return { yaml: stdout, warnings: stderr.trim() };
  } catch (error) {
    const said = isRecord(error) && typeof error.stderr === 'string' ? error.stderr.trim() : '';
    throw new Error(said === '' ? messageOf(error) : said, { cause: error });
  }
}
