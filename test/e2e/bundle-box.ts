/** The bundle as the image has it: one file, alone in a folder that nobody can write to, run by nobody. */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PATIENCE_MS } from '../helpers/patience.ts';

const TOP = fileURLToPath(new URL('../..', import.meta.url));
const BUNDLE = 'license-scaler.mjs';

/** As in the Dockerfile. */
const FLAGS = ['--disallow-code-generation-from-strings', '--disable-warning=DEP0169'];

/** Any user without rights will do; who is not root already is one. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** A program that runs. */
export interface Run {
  readonly child: ChildProcess;
  /** The first line of its output, past or to come, that says this. */
  line(text: string): Promise<string>;
  ended(): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

export interface BundleBox {
  /** Where the bundle is, as its only file. */
  readonly folder: string;
  /** What was built with it: the texts of the licenses. */
  readonly licenses: string;
  /** Nothing is in its environment (Node.js would hand on where coverage goes), and it may not make code from strings. */
  run(...args: string[]): Run;
  /** The same, and where Node.js is to write which functions were called. */
  runCovered(folder: string, ...args: string[]): Run;
  /** What is in the folder, as `name: content`; the bundle itself without its content where it is as built. */
  contents(): Promise<string[]>;
  /** Every folder from which Node.js would take packages. */
  packageFolders(): string[];
  remove(): Promise<void>;
}

/** Builds the bundle as the Dockerfile does, and puts it into its folder. */
export async function createBundleBox(): Promise<BundleBox> {
  const top = await mkdtemp(join(tmpdir(), 'license-scaler-bundle-'));
  const [built, folder] = [join(top, 'built'), join(top, 'empty')];
  const script = join(TOP, 'scripts/bundle.ts');
  await promisify(execFile)(process.execPath, ['--import', 'tsx', script, built], { cwd: TOP });
  await mkdir(folder);
  await copyFile(join(built, BUNDLE), join(folder, BUNDLE));
  await chmod(join(folder, BUNDLE), 0o444);
  await chmod(folder, 0o555);
  await chmod(top, 0o755);
  const node = await nodeForNobody(top);
  const bundle = await readFile(join(built, BUNDLE));
  const start = (NODE_V8_COVERAGE: string, args: readonly string[]): Run => {
    const options = { cwd: folder, env: { NODE_V8_COVERAGE }, ...NOBODY };
    return follow(spawn(node, [...FLAGS, BUNDLE, ...args], options));
  };
  return {
    folder,
    licenses: await readFile(join(built, 'LICENSES.txt'), 'utf8'),
    run: (...args) => start('', args),
    runCovered: (coverage, ...args) => start(coverage, args),
    contents: async () => {
      const files = await readdir(folder, { recursive: true });
      return Promise.all(
        files.map(async (file) => {
          const content = await readFile(join(folder, file));
          return content.equals(bundle) ? file : `${file}: ${content.toString()}`;
        }),
      );
    },
    packageFolders: () =>
      parents(folder)
        .map((path) => join(path, 'node_modules'))
        .filter(existsSync),
    remove: async () => {
      await chmod(folder, 0o755);
      await rm(top, { recursive: true });
    },
  };
}

/** Where Node.js itself is in a home that is closed to others, as npx keeps it, a copy of it. */
async function nodeForNobody(folder: string): Promise<string> {
  const { error } = spawnSync(process.execPath, ['--version'], { cwd: folder, ...NOBODY });
  if (error === undefined) return process.execPath;
  const node = join(folder, 'node');
  await copyFile(process.execPath, node);
  return node;
}

function parents(path: string): string[] {
  return dirname(path) === path ? [path] : [path, ...parents(dirname(path))];
}

function follow(
  child: ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream },
): Run {
  const lines: string[] = [];
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => lines.push(line));
  const exited = once(child, 'close');
  return {
    child,
    line: async (text) => {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      for (;;) {
        const found = lines.find((line) => line.includes(text));
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`it ended without "${text}": ${stderr}`);
        await Promise.race([once(output, 'line', { signal }), exited]);
      }
    },
    ended: async () => {
      await exited;
      return { code: child.exitCode, stdout: lines.join('\n'), stderr };
    },
  };
}
