/** scripts/dev-cluster on tools that only write down how they are called: there is no cluster here. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTemporaryDirectory } from '../helpers/temporary-directory.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/dev-cluster', import.meta.url));
const FAKE_TOOL = fileURLToPath(new URL('fake-tool.sh', import.meta.url));

const SHELL = 'bash basename cat date dirname env grep head mkdir mv rm sed sleep touch'.split(' ');
const TOOLS = ['docker', 'kubectl', 'helm', 'ctlptl', 'kind'];

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What was called this time, in order. */
  readonly calls: string[];
}

class Machine {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param tools what is installed on it, besides a shell's own */
  static async create(folder: string, tools: readonly string[] = TOOLS): Promise<Machine> {
    const bin = join(folder, 'bin');
    await mkdir(bin);
    for (const tool of SHELL) await symlink(await which(tool), join(bin, tool));
    for (const tool of tools) {
      await copyFile(FAKE_TOOL, join(bin, tool));
      await chmod(join(bin, tool), 0o755);
    }
    const replicas = { 'tenant-a': 2, 'tenant-b': 0, 'tenant-c': 2 };
    for (const [tenant, count] of Object.entries(replicas)) {
      await writeFile(join(folder, tenant), String(count));
    }
    return new Machine(folder);
  }

  /** As if it had been made by somebody else. */
  async has(cluster: string): Promise<void> {
    await writeFile(join(this.#folder, cluster), '');
  }

  async run(...args: string[]): Promise<Outcome> {
    const file = join(this.#folder, 'calls');
    await rm(file, { force: true });
    const env = {
      PATH: join(this.#folder, 'bin'),
      FAKE: this.#folder,
      XDG_STATE_HOME: this.#folder,
      OUTAGE_SECONDS: '0',
    };
    const outcome = await new Promise<Omit<Outcome, 'calls'>>((resolve) => {
      execFile(SCRIPT, args, { env }, (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
    });
    const calls = await readFile(file, 'utf8').catch(() => '');
    return { ...outcome, calls: calls.split('\n').slice(0, -1) };
  }
}

function which(tool: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('/bin/sh', ['-c', `command -v ${tool}`], (error, stdout) => {
      if (error === null) resolve(stdout.trim());
      else reject(new Error(`${tool} is needed by this test`, { cause: error }));
    });
  });
}

const CONTEXT = 'kubectl --context kind-license-scaler';

describe('scripts/dev-cluster', () => {
  it(
    'says of every tool that is missing how to get it, and touches nothing',
    inTemporaryDirectory(async (folder) => {
      const machine = await Machine.create(folder, ['docker', 'helm']);
      const { code, stderr, calls } = await machine.run('up');
      expect(code).to.equal(2);
      for (const tool of ['kubectl', 'ctlptl', 'kind']) {
        expect(stderr).to.match(
          new RegExp(`^dev-cluster: ${tool} is missing; get it: .*http`, 'm'),
        );
      }
      expect(stderr).to.not.include('docker').and.not.include('helm');
      expect(calls).to.deep.equal([]);
    }),
  );

  it(
    'makes everything in order, each from the image that was just built',
    inTemporaryDirectory(async (folder) => {
      const machine = await Machine.create(folder);
      const { code, stderr, stdout, calls } = await machine.run('up');
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      const steps = calls.filter((call) => !/ get | info$|kustomize/.test(call));
      const [image, applied] = ['localhost:5005/license-scaler:dev', `${CONTEXT} apply -f -`];
      const deployed = '  image: ctlptl-registry:5000/license-scaler:dev-0123456789ab';
      const status = `${CONTEXT} rollout status`;
      const ready = (tenant: string): string =>
        `${CONTEXT} wait scaledobject/scaled-service --namespace ${tenant} --for condition=Ready --timeout 120s`;
      expect(steps).to.deep.equal([
        'ctlptl apply -f -',
        'helm upgrade --install keda keda --repo https://kedacore.github.io/charts --version 2.21.0' +
          ' --kube-context kind-license-scaler --namespace keda --create-namespace --wait --timeout 5m',
        `docker build --quiet --build-arg VERSION=dev --tag ${image} .`,
        `docker tag ${image} ${image}-0123456789ab`,
        `docker push --quiet ${image}`,
        `docker push --quiet ${image}-0123456789ab`,
        ...[applied, deployed, `${status} deployment/licenses --namespace default --timeout 180s`],
        ...[applied, deployed],
        `${status} deployment/license-scaler --namespace license-scaler --timeout 180s`,
        ...[applied, deployed, ready('tenant-a'), ready('tenant-b'), ready('tenant-c')],
      ]);
      const rendered = calls.filter((call) => call.includes('kustomize'));
      expect(rendered.map((call) => call.split(' ').at(-1))).to.deep.equal([
        ...['k8s/licenses', 'k8s/overlays/development', 'k8s/tenants'],
      ]);
      expect(stdout).to.match(/tenant-a: 2 {2}tenant-b: 0 {2}tenant-c: 2/);
    }),
  );

  it(
    'can be done again, and removes afterwards what it has made',
    inTemporaryDirectory(async (folder) => {
      const machine = await Machine.create(folder);
      const first = await machine.run('up');
      const second = await machine.run('up');
      expect([second.code, second.calls]).to.deep.equal([0, first.calls]);
      const { code, calls } = await machine.run('down');
      expect(code).to.equal(0);
      expect(calls.filter((call) => call.includes('delete'))).to.deep.equal([
        'ctlptl delete cluster kind-license-scaler --ignore-not-found',
        'ctlptl delete registry ctlptl-registry --ignore-not-found',
      ]);
      const again = await machine.run('down');
      expect(again.code).to.equal(0);
      expect(again.calls).to.deep.equal(['docker info']);
    }),
  );

  it(
    'leaves a registry alone that was there before',
    inTemporaryDirectory(async (folder) => {
      const machine = await Machine.create(folder, [...TOOLS, 'k3d']);
      await machine.has('ctlptl-registry');
      const { stdout } = await machine.run('up', '--with', 'k3d');
      expect(stdout).to.include('the registry ctlptl-registry is here already');
      const { calls } = await machine.run('down');
      expect(calls.filter((call) => call.includes('delete'))).to.deep.equal([
        'ctlptl delete cluster k3d-license-scaler --ignore-not-found',
      ]);
    }),
  );

  it(
    'shows suspension, reinstatement and outage, and leaves the overrides as they were',
    inTemporaryDirectory(async (folder) => {
      const { code, stderr, stdout, calls } = await (await Machine.create(folder)).run('demo');
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      const shown = stdout.match(/tenant-a: \d {2}tenant-b: \d/g);
      expect(shown).to.deep.equal([
        'tenant-a: 2  tenant-b: 0',
        'tenant-a: 0  tenant-b: 0',
        'tenant-a: 2  tenant-b: 0',
        'tenant-a: 2  tenant-b: 2',
        'tenant-a: 2  tenant-b: 0',
      ]);
      const patches = calls.flatMap((call) => /--patch (.*)$/.exec(call)?.[1] ?? []);
      const last = JSON.parse(patches.at(-1) ?? '') as unknown;
      const before = 'overrides: {}\n# "as it was"';
      expect(last).to.deep.equal({ data: { 'overrides.yaml': before } });
      const scaled = calls.flatMap((call) => /scale deployment\/(.*)$/.exec(call)?.[1] ?? []);
      expect(scaled.slice(0, 2)).to.deep.equal([
        'licenses --namespace default --replicas 0',
        'licenses --namespace default --replicas 1',
      ]);
    }),
  );

  it(
    'exits with 2 on what it does not understand',
    inTemporaryDirectory(async (folder) => {
      const machine = await Machine.create(folder);
      for (const args of [[], ['upp'], ['up', '--with'], ['up', '--with', 'k8s']]) {
        const { code, stderr, calls } = await machine.run(...args);
        expect({ code, calls }).to.deep.equal({ code: 2, calls: [] });
        expect(stderr).to.match(/Usage|dev-cluster: /);
      }
      expect((await machine.run('--help')).stdout).to.include('Usage: scripts/dev-cluster');
    }),
  );
});
