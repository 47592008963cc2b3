/** The log and the commands' output on real pipes: nothing that becomes of a reader stops, crashes or freezes the program. */
import { expect } from 'chai';
import { execFile, spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { createServer, Socket, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { expired, licensed } from './world.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';

/** The build: what is started in earnest. `npm test` builds first. */
const MAIN = new URL('../../dist/src/main.js', import.meta.url).pathname;
const FIRST = 'transitions_total{from="unknown",to="licensed",reason="valid"}';
const execute = promisify(execFile);

/** A running `serve` that writes its log somewhere. */
class Served {
  readonly folder: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  child!: ChildProcess;
  stderr = '';

  private constructor(folder: string, httpPort: number, grpcPort: number) {
    this.folder = folder;
    this.httpPort = httpPort;
    this.grpcPort = grpcPort;
  }

  /** @param log where its standard output goes */
  static async start(folder: string, log: StdioOptions, level = 'info'): Promise<Served> {
    const served = new Served(folder, ...(await freePorts()));
    await served.license([licensed('tenant-a')]);
    const config = {
      grpc: { listen: `127.0.0.1:${served.grpcPort}` },
      http: { listen: `127.0.0.1:${served.httpPort}` },
      licenseFile: { path: join(folder, 'licenses.json') },
      shutdown: { delay: '0s', deadline: '5s' },
      log: { level },
    };
    const file = join(folder, 'config.yaml');
    await writeFile(file, JSON.stringify(config));
    served.child = spawn(process.execPath, [MAIN, 'serve', '--config', file], { stdio: log });
    started.push(served.child);
    served.child.stderr?.on('data', (data: Buffer) => {
      served.stderr += data.toString();
    });
    await served.until(async () => (await served.get('/readyz')) === 'ok\n');
    return served;
  }

  async license(licenses: readonly ReturnType<typeof licensed>[]): Promise<void> {
    // In one step, as kubelet does it.
    const file = join(this.folder, 'licenses.json');
    await writeFile(`${file}.new`, JSON.stringify(licenses));
    await rename(`${file}.new`, file);
  }

  /** The body; undefined: it does not answer. */
  get(path: string): Promise<string | undefined> {
    const asked = fetch(`http://127.0.0.1:${this.httpPort}${path}`);
    return asked.then((answer) => answer.text()).catch(() => undefined);
  }

  async metric(name: string): Promise<number> {
    const body = (await this.get('/metrics')) ?? '';
    const line = body.split('\n').find((one) => one.startsWith(`license_scaler_${name} `));
    return Number(line?.split(' ').at(-1));
  }

  /** Resolves when it holds; it is looked at again and again, each time after the program has answered. */
  async until(holds: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`it does not come to that: ${String(holds)}`);
      await this.get('/livez');
    }
  }

  async stop(): Promise<{ code: number | null; stderr: string }> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
    return { code: this.child.exitCode, stderr: this.stderr };
  }
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()].map((server) => server.listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const [first = 0, second = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return [first, second];
}

/** A real pipe, and its end to read from, which takes nothing until it is resumed. */
async function makePipe(folder: string): Promise<{ writer: number; reader: Socket }> {
  const path = join(folder, 'pipe');
  await execute('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const reader = new Socket({ fd, readable: true, writable: false }).pause();
  return { writer: openSync(path, constants.O_WRONLY), reader };
}

/** Runs a pipeline of the shell whose exit code is that of its first command. */
async function pipeline(text: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = text.replaceAll('license-scaler', `"${process.execPath}" "${MAIN}"`);
  const options = { timeout: PATIENCE_MS };
  try {
    const done = await execute('bash', ['-c', `${script}; exit "\${PIPESTATUS[0]}"`], options);
    return { code: 0, ...done };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

describe('the log', () => {
  it(
    'does not stop the program where the disk is full, and what is lost is counted',
    inTemporaryDirectory(async (folder) => {
      const full = openSync('/dev/full', 'w');
      const served = await Served.start(folder, ['ignore', full, 'pipe']);
      closeSync(full);
      expect(await served.metric('log_lines_dropped_total')).to.be.above(0);
      expect(await served.get('/livez')).to.equal('ok\n');
      expect(await served.stop()).to.deep.equal({ code: 0, stderr: '' });
    }),
  );

  it(
    'does not stop the program where its reader has gone',
    inTemporaryDirectory(async (folder) => {
      const { writer, reader } = await makePipe(folder);
      const served = await Served.start(folder, ['ignore', writer, 'pipe'], 'debug');
      closeSync(writer);
      reader.destroy();
      await once(reader, 'close');
      await served.license(['tenant-a', 'tenant-b'].map((tenant) => licensed(tenant)));
      await served.until(async () => (await served.metric('log_lines_dropped_total')) > 0);
      expect(await served.get('/livez')).to.equal('ok\n');
      expect(await served.stop()).to.deep.equal({ code: 0, stderr: '' });
    }),
  );

  it(
    'does not freeze the program where its reader stalls, and tells in one line what was lost',
    inTemporaryDirectory(async (folder) => {
      const { writer, reader } = await makePipe(folder);
      const served = await Served.start(folder, ['ignore', writer, 'pipe'], 'debug');
      closeSync(writer);
      await served.license(Array.from({ length: 10_000 }, (_, n) => licensed(`tenant-${n}`)));
      await served.until(async () => (await served.metric(FIRST)) > 10_000);
      expect(await served.get('/livez')).to.equal('ok\n');
      const dropped = await served.metric('log_lines_dropped_total');
      expect(dropped).to.be.above(0);

      let text = '';
      reader.on('data', (data: Buffer) => {
        text += data.toString();
      });
      reader.resume();
      await served.until(() => Promise.resolve(text.includes('lost"}\n')));
      expect(await served.stop()).to.deep.equal({ code: 0, stderr: '' });
      if (!reader.readableEnded) await once(reader, 'end');
      const lines = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const reports = lines.filter((line) => 'dropped' in line);
      expect(reports.map((line) => line.dropped)).to.deep.equal([dropped]);
      expect(lines.at(-1)).to.have.property('msg', 'stopped');
    }),
  );
});

describe('a command whose reader goes away', () => {
  it('ends in silence, with its own exit code', async () => {
    for (const command of ['--help', 'serve --help', 'config schema']) {
      const ended = await pipeline(`license-scaler ${command} | head -c 1`);
      expect(ended, command).to.include({ code: 0, stderr: '' });
    }
    const refused = await pipeline('license-scaler validate /no/such/file | true');
    expect(refused).to.include({ code: 2, stderr: 'license-scaler: 1 error in 1 file\n' });
  });

  it(
    'ends in silence although it has no end of its own',
    inTemporaryDirectory(async (folder) => {
      const served = await Served.start(folder, ['ignore', 'ignore', 'pipe']);
      const { grpcPort, httpPort } = served;
      const watched = pipeline(
        `license-scaler watch --url http://127.0.0.1:${httpPort} | head -n 1`,
      );
      const streamed = pipeline(
        `license-scaler stream tenant-a/app -a 127.0.0.1:${grpcPort} | head -n 1`,
      );
      const ended = Promise.all([watched, streamed]);
      const until = new AbortController();
      const over = ended.finally(() => {
        until.abort();
      });
      // Something happens again and again, so that there is something to print for nobody.
      for (let turn = 0; !until.signal.aborted; turn++) {
        const isLicensed = turn % 2 === 1;
        await served.license([isLicensed ? licensed('tenant-a') : expired('tenant-a')]);
        const standing = `"standing":"${isLicensed ? 'licensed' : 'unlicensed'}"`;
        await served.until(
          async () =>
            until.signal.aborted ||
            (await served.get('/api/tenants/tenant-a'))?.includes(standing) === true,
        );
      }
      await over;
      for (const { code, stdout, stderr } of await ended) {
        expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
        expect(stdout.split('\n')).to.have.length(2);
      }
      expect(await served.stop()).to.deep.equal({ code: 0, stderr: '' });
    }),
  );

  it('says so where what it prints can not be written for another reason', async () => {
    const ended = await pipeline('license-scaler --help > /dev/full');
    expect(ended).to.deep.include({ code: 2, stdout: '' });
    expect(ended.stderr).to.match(/^license-scaler: standard output can't be written: ENOSPC.*\n$/);
  });
});
