/**
 * Makes the program one file that needs nothing but Node.js, for the image: license-scaler.mjs, and next
 * to it LICENSES.txt, the licenses of all that is in it. The same sources make the same two files, in
 * every folder and at any time.
 *
 * Not minified, so that the stack of a fault can be read as it is; that is why there is no source map,
 * which would be larger than the program and would have to be switched on.
 *
 *     node --import tsx scripts/bundle.ts [FOLDER]     FOLDER: dist/bundle if not given
 */
import { build, type Metafile, type Plugin } from 'esbuild';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOP = fileURLToPath(new URL('..', import.meta.url));
const BUNDLE = 'license-scaler.mjs';
const LICENSES = 'LICENSES.txt';

/** Packages in CommonJS call `require` for Node's own modules; a module has none unless it makes one. */
const REQUIRE = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`;

/**
 * grpc-js asks for this package when it is to serve channelz or ORCA, which the program does not do: it
 * reads .proto files, which are not in the bundle, and makes functions from strings, which is forbidden
 * in the image.
 */
const LEFT_OUT = /^@grpc\/proto-loader$/;

/**
 * node-fetch, by which the Kubernetes client speaks, loads this one for the `URL` that Node.js has had for long.
 * It is a third of a megabyte, and has Node.js warn of a module of its own (DEP0040).
 */
const EMPTY = /^whatwg-url$/;

const leaveOut: Plugin = {
  name: 'leave-out',
  setup: (own) => {
    own.onResolve({ filter: LEFT_OUT }, ({ path }) => ({ path, namespace: 'left-out' }));
    own.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is not in the bundle`)});`,
    }));
    own.onResolve({ filter: EMPTY }, ({ path }) => ({ path, namespace: 'empty' }));
    own.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }));
  },
};

const folder = resolve(process.argv[2] ?? join(TOP, 'dist/bundle'));
const { outputFiles, metafile } = await build({
  absWorkingDir: TOP,
  entryPoints: ['src/main.ts'],
  outfile: BUNDLE,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  banner: { js: REQUIRE },
  plugins: [leaveOut],
  legalComments: 'external',
  metafile: true,
  write: false,
  logLevel: 'warning',
});
const text = (ending: string): string =>
  outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
await mkdir(folder, { recursive: true });
await writeFile(join(folder, BUNDLE), text('.mjs'));
await writeFile(join(folder, LICENSES), (await licensesOf(metafile)) + text('.LEGAL.txt'));

/** The license files of every package that the bundle has a part of, in the order of their names. */
async function licensesOf({ outputs }: Metafile): Promise<string> {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  const packages = inputs.flatMap(
    (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  const texts = [...new Set(packages)].sort().map(licenseOf);
  return (await Promise.all(texts)).join('');
}

/** @throws where a package neither has a license file nor names its license: it could not be given on */
async function licenseOf(path: string): Promise<string> {
  const directory = join(TOP, path);
  const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const files = (await readdir(directory)).filter((file) =>
    /^(licen[cs]e|notice|copying)/i.test(file),
  );
  if (files.length === 0 && manifest.license === undefined)
    throw new Error(`${path} has no license`);
  const texts = await Promise.all(
    files.sort().map((file) => readFile(join(directory, file), 'utf8')),
  );
  const title = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})`;
  return `${[title, '='.repeat(title.length), ...texts.map((each) => each.trim())].join('\n\n')}\n\n\n`;
}
