/** What the image holds, started as the image starts it. */
import { credentials } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { Command } from 'commander';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ServerReflectionClient,
  type ServerReflectionResponse,
} from '../../generated/grpc/reflection/v1/reflection.ts';
import { createProgram } from '../../src/cli/program.ts';
import { untilServing } from '../helpers/health.ts';
import { Keda, scaledObject } from '../helpers/keda.ts';
import { startKubernetesApi } from './kubernetes-api.ts';
import { createBundleBox, type BundleBox, type Run } from './bundle-box.ts';
import { expired, licensed } from './world.ts';

const MANIFEST = JSON.parse(await readFile('package.json', 'utf8')) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
};

describe('the bundle', () => {
  let box: BundleBox;
  /** Where the program's files are; in the cluster mounted, and read-only like these. */
  let mounted: string;

  before(async () => {
    box = await createBundleBox();
    mounted = await mkdtemp(join(tmpdir(), 'license-scaler-mounted-'));
    await chmod(mounted, 0o755);
  });

  after(async () => {
    await box.remove();
    await rm(mounted, { recursive: true });
  });

  async function mount(name: string, content: unknown): Promise<string> {
    const file = join(mounted, name);
    await writeFile(file, JSON.stringify(content), { mode: 0o444 });
    return file;
  }

  /** The license service of the bundle, and the scaler that asks it. */
  async function serve(): Promise<{ runs: Run[]; grpc: string; http: string }> {
    const records = await mount('tenants.json', [licensed('tenant-a'), expired('tenant-b')]);
    const service = box.run('license-service', '--file', records, '--listen', '127.0.0.1:0');
    const [port] = /\d+$/.exec(await service.line('serves')) ?? [];
    const file = await mount('config.yaml', {
      grpc: { listen: '127.0.0.1:0' },
      http: { listen: '127.0.0.1:0' },
      licenseService: { url: `http://127.0.0.1:${port}`, mode: 'list', interval: '10s' },
      shutdown: { delay: '0s', deadline: '60s' },
    });
    const scaler = box.run('serve', '--config', file);
    const ready = JSON.parse(await scaler.line('serves gRPC')) as Record<string, unknown>;
    expect(ready).to.include({ version: MANIFEST.version });
    const { grpcPort, httpPort } = ready as Record<string, number>;
    return {
      runs: [scaler, service],
      grpc: `127.0.0.1:${grpcPort}`,
      http: `http://127.0.0.1:${httpPort}`,
    };
  }

  it('serves alone in a folder that can not be written to, as an unprivileged user', async () => {
    expect(box.packageFolders()).to.deep.equal([]);
    const { runs, grpc, http } = await serve();
    const keda = new Keda(grpc);
    await untilServing(grpc);
    const streams = ['tenant-a', 'tenant-b'].map((tenant) => keda.push(scaledObject(tenant)));
    const states = await Promise.all(streams.map((stream) => stream.received(1)));
    expect(states).to.deep.equal([[true], [false]]);
    expect(await keda.poll(scaledObject('tenant-a'))).to.deep.equal({ active: true, replicas: 2 });
    expect((await fetch(`${http}/readyz`)).status).to.equal(200);
    expect(await (await fetch(`${http}/metrics`)).text()).to.include('license_scaler_source_up');
    expect(await servicesOf(grpc)).to.include('externalscaler.ExternalScaler');

    const probe = ['probe', '--timeout', '45s', '--grpc', grpc, '--http', http];
    expect(await box.run(...probe).ended()).to.deep.equal({
      code: 0,
      stdout: `ready: gRPC ${grpc}, ${http}/readyz`,
      stderr: '',
    });
    for (const { child } of runs) child.kill('SIGTERM');
    for (const each of runs) expect(await each.ended()).to.include({ code: 0, stderr: '' });
    keda.close();
    expect(streams[0]?.ends).to.deep.equal(['OK']);
    const { code, stderr } = await box.run(...probe).ended();
    expect(code).to.equal(2);
    expect(stderr).to.match(/^license-scaler: gRPC \S+ can't be reached: [^\n]*\n$/);
    expect(await box.contents()).to.deep.equal(['license-scaler.mjs']);
  });

  it('scales by the Kubernetes client that is in it, where it is told to', async () => {
    const api = await startKubernetesApi();
    const { called, stderr } = await suspend({
      suspension: { mode: 'scale' },
      kubernetes: { kubeconfig: await mount('kubeconfig', api.kubeconfig) },
      until: () => api.until(4),
    });
    const [scaledObject, scale] = [
      '/apis/keda.sh/v1alpha1/namespaces/tenant-a/scaledobjects/scaled-service',
      '/apis/apps/v1/namespaces/tenant-a/deployments/web/scale',
    ];
    expect(api.requests()).to.deep.equal([
      `GET ${scaledObject}`,
      `GET ${scale}`,
      `PATCH ${scale}`,
      'POST /apis/events.k8s.io/v1/namespaces/tenant-a/events',
    ]);
    expect({ called, stderr }).to.deep.equal({ called: true, stderr: '' });
    await api.close();
  });

  it('leaves the Kubernetes client alone where it is not', async () => {
    const { called, stderr } = await suspend({ until: () => Promise.resolve() });
    expect({ called, stderr }).to.deep.equal({ called: false, stderr: '' });
  });

  interface Suspension {
    readonly until: () => Promise<unknown>;
    readonly [key: string]: unknown;
  }

  /** A tenant with a license loses it. @returns whether the Kubernetes client was called, by the coverage of V8 */
  async function suspend({
    until,
    ...more
  }: Suspension): Promise<{ called: boolean; stderr: string }> {
    const coverage = await mkdtemp(join(tmpdir(), 'license-scaler-coverage-'));
    await chmod(coverage, 0o777);
    const overrides = (isLicensed: boolean): Promise<string> =>
      mount('overrides.json', { overrides: { 'tenant-a': { licensed: isLicensed } } });
    const config = await mount('config.yaml', {
      grpc: { listen: '127.0.0.1:0' },
      http: { listen: '127.0.0.1:0' },
      overridesFile: { path: await overrides(true) },
      shutdown: { delay: '0s', deadline: '60s' },
      ...more,
    });
    const scaler = box.runCovered(coverage, 'serve', '--config', config);
    const { grpcPort } = JSON.parse(await scaler.line('serves gRPC')) as { grpcPort: number };
    const keda = new Keda(`127.0.0.1:${grpcPort}`);
    const stream = keda.push(scaledObject('tenant-a'));
    await stream.received(1);
    await overrides(false);
    expect(await stream.received(2)).to.deep.equal([true, false]);
    await until();
    scaler.child.kill('SIGTERM');
    const { code, stderr } = await scaler.ended();
    keda.close();
    expect(code).to.equal(0);
    const called = await wasCalled(coverage, 'node_modules/@kubernetes/client-node/dist/index.js');
    await rm(coverage, { recursive: true });
    return { called, stderr };
  }

  it('helps with every command', async () => {
    const commands = namesOf(createProgram(new Promise(() => undefined)));
    expect(commands).to.include.deep.members([['serve'], ['probe'], ['config', 'check']]);
    const helps = commands.map((names) => box.run(...names, '--help').ended());
    for (const [index, { code, stdout, stderr }] of (await Promise.all(helps)).entries()) {
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.include(`Usage: license-scaler ${commands[index]?.join(' ')}`);
    }
  });

  it('comes with the license of every package that the program imports', async () => {
    for (const name of await importedPackages()) {
      expect(box.licenses).to.include(`${name} ${MANIFEST.dependencies[name]} (`);
    }
    // One of those that they bring along, and a text from a comment in the middle of one.
    expect(box.licenses).to.include('\nsonic-boom ').and.include('formdata-polyfill');
  });
});

async function servicesOf(address: string): Promise<string[]> {
  const client = new ServerReflectionClient(address, credentials.createInsecure());
  const call = client.serverReflectionInfo();
  call.write({ host: '', messageRequest: { $case: 'listServices', value: '' } });
  const [{ messageResponse }] = (await once(call, 'data')) as [ServerReflectionResponse];
  call.end();
  await once(call, 'end');
  client.close();
  if (messageResponse?.$case !== 'listServicesResponse') return [];
  return messageResponse.value.service.map(({ name }) => name);
}

interface Coverage {
  readonly result: readonly {
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

/** In a bundle a module that is loaded on demand is a function, called by its path. */
async function wasCalled(coverage: string, module: string): Promise<boolean> {
  const [file = ''] = await readdir(coverage);
  const { result } = JSON.parse(await readFile(join(coverage, file), 'utf8')) as Coverage;
  const functions = result.flatMap((script) => script.functions);
  const found = functions.find(({ functionName }) => functionName === module);
  expect(found, `${module} in the bundle`).to.exist;
  return (found?.ranges[0]?.count ?? 0) > 0;
}

/** The packages that the sources import from. */
async function importedPackages(): Promise<Set<string>> {
  const files = await readdir('src', { recursive: true, withFileTypes: true });
  const sources = files.filter((file) => file.isFile());
  const texts = await Promise.all(
    sources.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
  );
  const imports = texts.join('\n').matchAll(/^import (?!type ).* from '([^.:']+)';$/gm);
  return new Set(
    [...imports].flatMap(([, name = '']) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? []),
  );
}

/** Every command as it is typed, those within commands too. */
function namesOf(command: Command): string[][] {
  return command.commands.flatMap((each) => [
    [each.name()],
    ...namesOf(each).map((names) => [each.name(), ...names]),
  ]);
}
