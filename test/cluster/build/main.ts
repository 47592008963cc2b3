/** Builds what is not in the cache yet, and tells how far it is. A cold build takes minutes, a warm one nothing. */
import { existsSync } from 'node:fs';
import { BINARIES, binaryPath, kedaCrdsPath } from './binaries.ts';
import { buildBinary, checkGo, writeKedaCrds } from './build-binary.ts';
import { cacheDirectory } from './versions.ts';

const missing = BINARIES.filter(({ name }) => !existsSync(binaryPath(name)));
if (missing.length > 0) {
  await checkGo();
  say(`builds ${missing.length} of ${BINARIES.length} programs into ${cacheDirectory()}`);
}
for (const [index, binary] of missing.entries()) {
  const what = `${binary.name} ${binary.version} (${index + 1} of ${missing.length})`;
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
if (!existsSync(kedaCrdsPath())) await writeKedaCrds();

function say(line: string): void {
  process.stderr.write(`test:cluster: ${line}\n`);
}
