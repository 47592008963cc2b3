import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import type { Environment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problem.ts';
import type { Config } from '../../src/config/schema.ts';

/** The least that a configuration needs. */
export const LEAST = 'licenseFile: { path: /licenses.json }\n';

/** Loads a configuration from a real file, `config.yaml`, in a directory of its own. */
export async function loadText(text: string, env: Environment = {}): Promise<Config> {
  return inDirectory(async (directory) => {
    const file = join(directory, 'config.yaml');
    await writeFile(file, text);
    return loadConfig({ file, env });
  });
}

/** What loading it says, one line a problem, without the directory. Fails where it loads. */
export async function problemsIn(text: string, env: Environment = {}): Promise<string[]> {
  return inDirectory(async (directory) => {
    const file = join(directory, 'config.yaml');
    await writeFile(file, text);
    const lines = await problemsOf(loadConfig({ file, env }));
    return lines.map((line) => line.replaceAll(directory + sep, ''));
  });
}

/** The problems that an attempt to load ends with. */
export async function problemsOf(attempt: Promise<Config>): Promise<string[]> {
  try {
    await attempt;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ place, message }) => `${place}: ${message}`);
  }
  throw new Error('the configuration was loaded, although problems were expected');
}

/** Runs something in a new directory, which is gone afterwards. */
export async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'license-scaler-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
