import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { goProgram, goProgramPath, type GoProgramName } from './go-programs.ts';

/**
 * Builds a program into the cache. What is there is always whole: it is moved there when it is done.
 *
 * @param progress is told each module that is fetched and each package that is compiled
 * @returns rejects with the compiler's last words
 */
export async function buildGoProgram(
  name: GoProgramName,
  progress: (line: string) => void,
): Promise<void> {
  const target = goProgramPath(name);
  const unfinished = `${target}.${process.pid}`;
  await mkdir(dirname(target), { recursive: true });
  try {
    await goBuild(name, unfinished, progress);
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function goBuild(
  name: GoProgramName,
  output: string,
  progress: (line: string) => void,
): Promise<void> {
  const { directory, args } = goProgram(name);
  const flags = ['-v', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', output];
  const child = spawn('go', ['build', ...flags, ...args], {
    cwd: directory,
    env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const words: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    words.push(line);
    progress(line);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`go build of ${name} failed:\n${words.slice(-30).join('\n')}`);
}
