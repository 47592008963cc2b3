/** Builds what is not in the cache yet, and tells how far it is. A cold build takes minutes, a warm one nothing. */
import { existsSync } from 'node:fs';
import { BINARIES, kedaCrdsPath, pathOf, type Binary } from './binaries.ts';
import { buildBinary, writeKedaCrds } from './build-binary.ts';
import { checkGo } from './check-go.ts';
import { cacheDirectory, moduleDirectory } from './versions.ts';

const missing = BINARIES.filter((binary) => !existsSync(pathOf(binary)));
try {
  if (missing.length > 0) {
    for (const module of new Set(missing.map((binary) => binary.module))) {
      await checkGo('a control plane', moduleDirectory(module));
    }
    say(`builds ${missing.length} of ${BINARIES.length} programs into ${cacheDirectory()}`);
  }
  for (const [index, binary] of missing.entries()) {
    await build(binary, `(${index + 1} of ${missing.length})`);
  }
  for (const keda of ['keda', 'keda-2.20'] as const) {
    if (!existsSync(kedaCrdsPath(keda))) await writeKedaCrds(keda);
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function build(binary: Binary, which: string): Promise<void> {
  const what = `${binary.name} ${binary.version} ${which}`;
  say(`${what} ...`);
  const started = Date.now();
  const seconds = (): number => Math.round((Date.now() - started) / 1000);
  const progress = setInterval(() => {
    say(`${what} ... ${seconds()} s`);
  }, 15_000);
  try {
    const bytes = await buildBinary(binary);
    say(`${what}: ${Math.round(bytes / 2 ** 20)} MiB after ${seconds()} s`);
  } finally {
    clearInterval(progress);
  }
}

function say(line: string): void {
  process.stderr.write(`test:cluster: ${line}\n`);
}
