/** Builds what is not in the cache yet, and tells how far it is. A cold build takes minutes, a warm one nothing. */
import { existsSync } from 'node:fs';
import { checkGo } from '../../cluster/build/check-go.ts';
import { buildGoProgram } from './build-go-program.ts';
import { GO_PROGRAMS, goProgramPath, type GoProgramName } from './go-programs.ts';

const PROGRESS_INTERVAL = 15_000;

const missing = GO_PROGRAMS.filter(({ name }) => !existsSync(goProgramPath(name)));
try {
  for (const directory of new Set(missing.map((program) => program.directory))) {
    await checkGo("KEDA's own client", directory);
  }
  for (const { name } of missing) await build(name);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function build(name: GoProgramName): Promise<void> {
  say(`builds ${goProgramPath(name)}`);
  const started = Date.now();
  let lines = 0;
  let last = '';
  const show = (): void => {
    const seconds = Math.round((Date.now() - started) / 1000);
    say(`${name}: ${seconds} s, ${lines} packages and modules, ${last}`);
  };
  const shown = setInterval(show, PROGRESS_INTERVAL);
  try {
    await buildGoProgram(name, (line) => {
      lines++;
      last = line;
    });
    last = 'done';
    show();
  } finally {
    clearInterval(shown);
  }
}

function say(line: string): void {
  process.stderr.write(`test:keda: ${line}\n`);
}
