/** What a person reads whose Go is missing or too old, at the start of either harness that is built with it. */
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const BUILDS = {
  'test:keda': { main: './build/main.ts', what: "KEDA's own client" },
  'test:cluster': { main: '../cluster/build/main.ts', what: 'a control plane' },
};

for (const [command, { main, what }] of Object.entries(BUILDS)) {
  const advice = `${command}: Go 1.26.0 or later is needed to build ${what}: install it (https://go.dev/dl)`;

  describe(`npm run ${command}, with nothing in its cache`, () => {
    it('says in one line that there is no Go', async () => {
      const { code, said } = await build(main);
      expect(said).to.equal(`${advice}; there is no command "go" that works: spawn go ENOENT\n`);
      expect(code).to.equal(1);
    });

    it('says in one line that Go is too old, and which it is', async () => {
      const { code, said } = await build(main, 'echo go1.19.8');
      expect(said).to.equal(
        `${advice}, or let a Go from 1.21 on fetch it (GOTOOLCHAIN=auto); "go" is go1.19.8\n`,
      );
      expect(code).to.equal(1);
    });

    it('says what Go says that can not fetch a newer one', async () => {
      const words = 'go: download go1.26.0: toolchain not available';
      const { code, said } = await build(main, `echo '${words}' >&2; exit 1`);
      expect(said).to.equal(`${advice}; there is no command "go" that works: ${words}\n`);
      expect(code).to.equal(1);
    });
  });
}

/** With a PATH on which there is nothing, or a command `go` that does only this; leaves nothing in the cache. */
async function build(main: string, go?: string): Promise<{ code: unknown; said: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'license-scaler-go-'));
  try {
    if (go !== undefined) {
      await writeFile(join(folder, 'go'), `#!/bin/sh\n${go}\n`);
      await chmod(join(folder, 'go'), 0o755);
    }
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', new URL(main, import.meta.url).pathname],
      {
        env: { PATH: folder, XDG_CACHE_HOME: join(folder, 'cache') },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    const exit = once(child, 'exit') as Promise<[number | null]>;
    const [said, [code]] = await Promise.all([text(child.stderr), exit]);
    expect(await readdir(folder)).to.deep.equal(go === undefined ? [] : ['go']);
    return { code, said };
  } finally {
    await rm(folder, { recursive: true });
  }
}
