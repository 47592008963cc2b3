/** The process: how it starts, how it fails to, and how it stops. */
import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Keda, scaledObject } from '../helpers/keda.ts';
import { licensed } from './world.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';

/** The build: what is started in earnest, and sooner than from source. `npm test` builds first. */
const MAIN = new URL('../../dist/src/main.js', import.meta.url).pathname;

interface Run {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** The first line, past or to come, that says this. */
  line(text: string): Promise<string>;
  /** The exit code, and what was said on standard error. */
  ended(): Promise<{ code: number | null; stderr: string }>;
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [MAIN, ...args]);
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
    lines,
    line: async (text) => {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      for (;;) {
        const found = lines.find((line) => line.includes(text));
        if (found !== undefined) return found;
        await once(output, 'line', { signal });
      }
    },
    ended: async () => {
      await exited;
      return { code: child.exitCode, stderr };
    },
  };
}

describe('the process', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'license-scaler-test-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function config(text: string): Promise<string> {
    const file = join(folder, 'config.yaml');
    await writeFile(file, text);
    return file;
  }

  async function serveLicenses(more = ''): Promise<{ served: Run; port: number }> {
    const licenses = join(folder, 'licenses.json');
    await writeFile(licenses, JSON.stringify([licensed('tenant-a')]));
    const file = await config(
      `grpc: { listen: "127.0.0.1:0" }\nhttp: { listen: "127.0.0.1:0" }\nlicenseFile: { path: ${licenses} }\n${more}`,
    );
    const served = run('serve', '--config', file);
    const { grpcPort } = JSON.parse(await served.line('serves gRPC')) as { grpcPort: number };
    return { served, port: grpcPort };
  }

  it('ends every one of 100 streams with status OK on SIGTERM, and exits with 0', async () => {
    const { served, port } = await serveLicenses('shutdown: { delay: 0s, deadline: 60s }');
    const keda = new Keda(`127.0.0.1:${port}`, { firstRetryMs: 60_000 });
    const streams = Array.from({ length: 100 }, (_, index) =>
      keda.push(scaledObject('tenant-a', {}, `service-${index}`)),
    );
    await Promise.all(streams.map((stream) => stream.received(1)));
    served.child.kill('SIGTERM');
    const ends = await Promise.all(streams.map((stream) => stream.ended(1)));
    keda.close();
    expect(new Set(ends.flat())).to.deep.equal(new Set(['OK']));
    expect(await served.ended()).to.deep.equal({ code: 0, stderr: '' });
  });

  it('exits at once on a second signal', async () => {
    const { served } = await serveLicenses('shutdown: { delay: 30s, deadline: 60s }');
    served.child.kill('SIGTERM');
    await served.line('stopping on SIGTERM');
    served.child.kill('SIGTERM');
    expect(await served.ended()).to.have.property('code', 143);
  });

  it('keeps its deadline when a call does not end', async () => {
    const { served, port } = await serveLicenses('shutdown: { delay: 0s, deadline: 300ms }');
    const keda = new Keda(`127.0.0.1:${port}`);
    // A client that begins a call and never sends its request holds the server up for as long as it likes.
    const call = keda.client.makeClientStreamRequest(
      '/externalscaler.ExternalScaler/IsActive',
      (message: Buffer) => message,
      (message) => message,
      () => undefined,
    );
    call.on('error', () => undefined);
    await keda.push(scaledObject('tenant-a')).received(1);
    served.child.kill('SIGTERM');
    expect(await served.ended()).to.have.property('code', 0);
    keda.close();
    expect(served.lines.join('\n')).to.include('shutdown.deadline is over');
  });

  it('says which port is in use and exits with 2', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const file = await config(
      `grpc: { listen: "127.0.0.1:${port}" }\nlicenseFile: { path: x.json }\n`,
    );
    const { code, stderr } = await run('serve', '--config', file).ended();
    other.close();
    expect(code).to.equal(2);
    expect(stderr).to.equal(
      `license-scaler: grpc.listen: 127.0.0.1:${port} is in use by another program; stop it or choose another port\n`,
    );
  });

  it('says which HTTP port is in use and exits with 2', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const file = await config(
      `grpc: { listen: "127.0.0.1:0" }\nhttp: { listen: "127.0.0.1:${port}" }\nlicenseFile: { path: x.json }\n`,
    );
    const { code, stderr } = await run('serve', '--config', file).ended();
    other.close();
    expect(code).to.equal(2);
    expect(stderr).to.include(`http.listen: 127.0.0.1:${port} is in use by another program`);
  });

  it('exits with 2 on a command line that can not be understood', async () => {
    for (const args of [['serve', '--nonsense'], ['no-such-command'], ['license-service']]) {
      const { code, stderr } = await run(...args).ended();
      expect(code).to.equal(2);
      expect(stderr).to.include('error:').and.to.include('--help');
    }
  });

  it('says which certificate can not be read and exits with 2', async () => {
    const file = await config(
      `grpc: { listen: "127.0.0.1:0", tls: { certFile: /no/tls.crt, keyFile: /no/tls.key } }\nlicenseFile: { path: x.json }\n`,
    );
    const { code, stderr } = await run('serve', '--config', file).ended();
    expect(code).to.equal(2);
    expect(stderr.trim().split('\n')).to.have.length(1);
    expect(stderr).to.include('/no/tls.crt').and.to.include('ENOENT');
  });

  it('tells all that is wrong with the configuration and exits with 2', async () => {
    const file = await config('grpc: { listen: nowhere }\nlicenseServce: { url: "http://x" }\n');
    const { code, stderr } = await run('serve', '--config', file).ended();
    expect(code).to.equal(2);
    expect(stderr)
      .to.include('grpc.listen')
      .and.to.include('licenseServce')
      .and.to.include('licenseService');
  });

  it('serves the demo, whose tenant-b is told false', async () => {
    const listen = ['--grpc', '--http', '--license-service'].flatMap((it) => [it, '127.0.0.1:0']);
    const demo = run('demo', ...listen);
    const [, address = ''] = /gRPC, for KEDA +(\S+)/.exec(await demo.line('gRPC, for KEDA')) ?? [];
    await demo.line('Ctrl-C ends the demo');
    const stream = run('stream', 'tenant-b/scaled-service', '--address', address);
    expect(await stream.line('tenant-b/scaled-service')).to.match(/ false \(scale to zero\)$/);
    demo.child.kill('SIGINT');
    expect(await stream.ended()).to.deep.equal({ code: 0, stderr: '' });
    expect(await demo.ended()).to.deep.equal({ code: 0, stderr: '' });
    const made = /Its files are still in (\S+)/.exec(demo.lines.join('\n'));
    await rm(made?.[1] ?? '', { recursive: true });
  });

  it('has a help text for every command', async () => {
    const help = run('--help');
    await help.ended();
    for (const command of ['serve', 'demo', 'stream', 'probe', 'license-service', 'config']) {
      expect(help.lines.join('\n')).to.include(`  ${command}`);
    }
  });
});
