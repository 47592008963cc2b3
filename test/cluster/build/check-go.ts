import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Rejects with advice where there is no Go, or only one that is older than the module asks for. From 1.21 on Go
 * fetches what a module asks for by itself, unless it is told not to, as the packages of some distributions are.
 *
 * @param what is to be built
 * @param directory of the module
 */
export async function checkGo(what: string, directory: string): Promise<void> {
  const wanted = /^go (\S+)$/m.exec(readFileSync(join(directory, 'go.mod'), 'utf8'))?.[1] ?? '';
  const advice = `Go ${wanted} or later is needed to build ${what}: install it (https://go.dev/dl)`;
  const found = await run('go', ['env', 'GOVERSION'], { cwd: directory }).then(
    ({ stdout }) => stdout.trim(),
    (cause: unknown) => {
      throw new Error(`${advice}; there is no command "go" that works: ${wordsOf(cause)}`, {
        cause,
      });
    },
  );
  if (isOlder(found, wanted)) {
    throw new Error(
      `${advice}, or let a Go from 1.21 on fetch it (GOTOOLCHAIN=auto); "go" is ${found}`,
    );
  }
}

/** @param found such as `go1.24.4` or `go1.27rc1` */
function isOlder(found: string, wanted: string): boolean {
  const [major = 0, minor = 0, patch = 0] = numbersOf(found);
  const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = numbersOf(wanted);
  if (major !== wantedMajor) return major < wantedMajor;
  if (minor !== wantedMinor) return minor < wantedMinor;
  return patch < wantedPatch;
}

function numbersOf(version: string): number[] {
  return (/\d+(\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
}

function wordsOf(error: unknown): string {
  const { stderr = '', message } = error as Error & { stderr?: string };
  return stderr.trim() === '' ? message : stderr.trim();
}
