/**
 * Makes src/http/page/files.ts from the files of the status page next to it, so that they are in the
 * build and in the bundle: `npm run page`. With `--check` it writes nothing, and fails where they differ.
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';

const TOP = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(TOP, 'src/http/page');
const TARGET = join(FOLDER, 'files.ts');

const made = await make();
const present = await readFile(TARGET, 'utf8').catch(() => '');
if (made !== present && process.argv.includes('--check')) {
  console.error(`${relative(TOP, TARGET)} is not what its neighbours give; run: npm run page`);
  process.exitCode = 1;
} else if (made !== present) {
  await writeFile(TARGET, made);
}

async function make(): Promise<string> {
  const names = (await readdir(FOLDER)).filter((name) => /\.(html|css|js|svg)$/.test(name)).sort();
  const entries = await Promise.all(
    names.map(async (name) => [name, await readFile(join(FOLDER, name), 'utf8')] as const),
  );
  const text = [
    '// Made by scripts/generate-page.ts from the files next to it. DO NOT EDIT.',
    '',
    '/** The files of the status page, by name. */',
    `export const FILES: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(entries))};`,
  ].join('\n');
  return format(text, { parser: 'typescript', singleQuote: true, printWidth: 100 });
}
