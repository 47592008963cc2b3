import { execFile } from 'node:child_process';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { binaryPath, kedaCrdsPath, pathOf, type Binary } from './binaries.ts';
import { moduleDirectory, type KedaModule } from './versions.ts';

const run = promisify(execFile);

/**
 * Builds a program into the cache. What is there is always whole: it is moved there when it is done.
 *
 * @returns its size in bytes; rejects with the compiler's words
 */
export async function buildBinary(binary: Binary): Promise<number> {
  const { module, package: main, variables } = binary;
  const target = pathOf(binary);
  const unfinished = `${target}.${process.pid}`;
  const settings = Object.entries(variables).map(([variable, value]) => `-X ${variable}=${value}`);
  const args = ['build', '-trimpath', '-ldflags', ['-s -w', ...settings].join(' ')];
  await mkdir(dirname(target), { recursive: true });
  try {
    await run('go', [...args, '-o', unfinished, main], {
      cwd: moduleDirectory(module),
      env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
      // What it says of a module that it fetches is a line each.
      maxBuffer: 64 * 2 ** 20,
    });
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { force: true });
  }
  return (await stat(target)).size;
}

/** Puts KEDA's CustomResourceDefinitions, patched as KEDA patches them for its releases, into the cache. */
export async function writeKedaCrds(keda: KedaModule): Promise<void> {
  const { stdout: directory } = await run(
    'go',
    ['list', '-m', '-f', '{{.Dir}}', 'github.com/kedacore/keda/v2'],
    { cwd: moduleDirectory(keda) },
  );
  const definitions = join(directory.trim(), 'config', 'crd');
  const { stdout: text } = await run(binaryPath('kubectl'), ['kustomize', definitions], {
    maxBuffer: 64 * 2 ** 20,
  });
  const target = kedaCrdsPath(keda);
  await writeFile(`${target}.${process.pid}`, text);
  await rename(`${target}.${process.pid}`, target);
}
