/**
 * Makes generated/ from proto/: `npm run generate`. With `--check` it writes nothing, and fails with the
 * names of the files that are not what proto/ gives.
 *
 * It needs no network: buf and the plugin come with `npm ci`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const committed = join(root, 'generated');
const binaries = join(root, 'node_modules', '.bin');

/** buf's launcher is run by this very node, so that it needs neither a shell nor an install script. */
function buf(...args: string[]): Buffer {
  const launcher = join(root, 'node_modules/@bufbuild/buf/bin/buf');
  const env = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}` };
  return execFileSync(process.execPath, [launcher, ...args], { cwd: root, env });
}

/** The contract as reflection serves it: without comments and positions, byte for byte as buf compiled it. */
function descriptors(): string {
  const set = buf(
    ...['build', 'proto', '--exclude-source-info', '--as-file-descriptor-set', '--output', '-'],
  );
  const lines = set.toString('base64').match(/.{1,100}/g) ?? [];
  return [
    '// Made by scripts/generate.ts from proto/. DO NOT EDIT.',
    '',
    '/** The google.protobuf.FileDescriptorSet of every file in proto/, serialized, in base64. */',
    'export const FILE_DESCRIPTOR_SET =',
    lines.map((line) => `  '${line}'`).join(' +\n') + ';',
    '',
  ].join('\n');
}

function generate(directory: string): void {
  buf('generate', 'proto', '--template', 'proto/buf.gen.yaml', '--output', directory);
  writeFileSync(join(directory, 'descriptors.ts'), descriptors());
}

/** Every file below the directory, by its path within. */
function filesIn(directory: string): Map<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name));
  return new Map(
    paths.map((path) => [
      relative(directory, path).split(sep).join('/'),
      readFileSync(path, 'utf8'),
    ]),
  );
}

function differences(actual: Map<string, string>, expected: Map<string, string>): string[] {
  const paths = [...new Set([...actual.keys(), ...expected.keys()])].sort();
  return paths.flatMap((path) => {
    if (actual.get(path) === expected.get(path)) return [];
    if (!expected.has(path)) return [`${path}: nothing in proto/ makes it`];
    return [`${path}: ${actual.has(path) ? 'differs' : 'is missing'}`];
  });
}

function check(fresh: string): void {
  const drift = differences(filesIn(committed), filesIn(fresh));
  if (drift.length === 0) return;
  console.error('generated/ is not what proto/ gives; run `npm run generate`:');
  console.error(drift.map((line) => `  generated/${line}`).join('\n'));
  process.exitCode = 1;
}

function replace(fresh: string): void {
  rmSync(committed, { recursive: true, force: true });
  cpSync(fresh, committed, { recursive: true });
}

// Elsewhere first, so that an error in proto/ leaves the old files in place.
const temporary = mkdtempSync(join(tmpdir(), 'license-scaler-generate-'));
try {
  const fresh = join(temporary, 'generated');
  generate(fresh);
  if (process.argv.includes('--check')) check(fresh);
  else replace(fresh);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
