/** What becomes of KEDA's polls and streams when its client certificate is renewed. */
import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expired, licensed } from '../e2e/world.ts';
import { createAuthority } from '../helpers/certificates.ts';
import { eventually } from './eventually.ts';
import { figuresOf } from './figures.ts';
import { inCluster } from './in-cluster.ts';
import { LicenseServiceProcess } from './license-service.ts';
import { Scaler } from './scaler.ts';
import {
  scaledObjectPath,
  tenantObjects,
  withSpec,
  workloadOf,
  type ScaledObjectSpec,
} from './tenants.ts';

const [A, B, C] = ['tenant-a', 'tenant-b', 'tenant-c'] as const;
const TENANTS = [A, B, C];

/** So that an interruption is seen by polls as well. */
const INTERVAL = 5;
/** Two polls of each tenant fail in it. */
const AWAY = 12_000;
/** Longer than KEDA's waits of 2, 4, 8, 16 and 32 s together. */
const PATIENCE = 75_000;

describe("KEDA's client certificate is renewed", () => {
  const scene = inCluster();
  const figures = figuresOf('renewal');
  const authority = createAuthority('ours');
  let service: LicenseServiceProcess;
  let scaler: Scaler;

  before(async function () {
    this.timeout(2 * 60_000);
    const { stage, cluster, replicas } = scene();
    service = await LicenseServiceProcess.start(
      stage,
      TENANTS.map((each) => licensed(each)),
    );
    scaler = await Scaler.start(stage, {
      grpc: { tls: await serverFiles(stage.folder) },
      licenseService: { url: service.url, interval: '500ms', timeout: '500ms' },
    });
    const objects = await tenantObjects(cluster, scaler.address, {
      pollingInterval: INTERVAL,
      // Whatever the certificates do, nobody is to be stopped by a poll that goes wrong.
      cooldownPeriod: 90,
    });
    await cluster.apply(objects.filter(({ kind }) => kind === 'Namespace'));
    await renew();
    await cluster.apply(withSpec(objects, authenticated));
    await Promise.all(TENANTS.map((each) => replicas.reached(workloadOf(each), 2)));
    await eventually('a stream for every tenant', async () => (await streams()) === 3, PATIENCE);
  });

  it('is not needed for its streams to come back after a crash', async function () {
    this.timeout(3 * 60_000);
    figures.took(
      'the scaler away for 12 s, no renewal: all streams back after',
      await interrupted(),
    );
  });

  it('changes nothing as long as the connection stands', async function () {
    this.timeout(60_000);
    const asked = await scaler.answeredCalls('GetMetrics');
    await renew();
    await pause(4 * INTERVAL * 1000);
    expect(await scaler.answeredCalls('GetMetrics')).to.be.greaterThan(asked);
    figures.found('streams of 3 after a renewal, 20 s and several polls later', await streams());
    expect(await streams()).to.equal(3);
  });

  it('leaves polls that work and streams that do not come back, once polls have failed', async function () {
    this.timeout(4 * 60_000);
    const { replicas } = scene();
    const began = Date.now();
    await interrupted().catch(() => undefined);
    figures.found(
      'the scaler away for 12 s after a renewal: streams of 3 after 75 s',
      await streams(),
    );
    await service.write([licensed(A), expired(B), licensed(C)]);
    await replicas.reached(workloadOf(B), 0, { since: began, within: 110_000 });
    figures.found('a suspension by poll meanwhile', 'works');
    expect(replicas.course(workloadOf(A), began)).to.deep.equal([]);
  });

  it('is mended for one ScaledObject by an edit of its spec, and for all by a restart of KEDA', async function () {
    this.timeout(4 * 60_000);
    const { cluster } = scene();
    const before = await streams();
    await cluster.client.patch(scaledObjectPath(A), { spec: { pollingInterval: INTERVAL + 1 } });
    await pause(10_000);
    figures.found(
      'streams after the edit of one ScaledObject',
      `${before}, then ${await streams()}`,
    );
    const restarted = Date.now();
    await cluster.stopOperator();
    await cluster.startOperator();
    await eventually('a stream for every tenant', async () => (await streams()) === 3, PATIENCE);
    figures.took('all streams back after a restart of KEDA', Date.now() - restarted);
  });

  function streams(): Promise<number> {
    return scaler.openStreams();
  }

  /** Kills the scaler for a while; resolves with how long it took from its start until all streams were back. */
  async function interrupted(): Promise<number> {
    await scaler.kill();
    await pause(AWAY);
    await scaler.start();
    const up = Date.now();
    await eventually('all streams are back', async () => (await streams()) === 3, PATIENCE);
    return Date.now() - up;
  }

  async function serverFiles(folder: string) {
    const { cert, key } = authority.issue({ commonName: 'license-scaler', ip: ['127.0.0.1'] });
    const write = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    };
    return {
      certFile: await write('scaler.crt', cert),
      keyFile: await write('scaler.key', key),
      clientCaFile: await write('clients.crt', authority.cert),
    };
  }

  /** One certificate for all tenants, in a Secret of each: as cert-manager writes it, of the same authority each time. */
  async function renew(): Promise<void> {
    const { cert, key, ca } = authority.issue({ commonName: 'keda', client: true });
    const stringData = { 'ca.crt': ca, 'tls.crt': cert, 'tls.key': key };
    const metadata = { name: 'license-scaler-keda-client' };
    await scene().cluster.apply(
      TENANTS.flatMap((namespace) => [
        { apiVersion: 'v1', kind: 'Secret', metadata: { ...metadata, namespace }, stringData },
        triggerAuthentication(namespace, metadata.name),
      ]),
    );
  }
});

function triggerAuthentication(namespace: string, name: string): object {
  const parameters = { caCert: 'ca.crt', tlsClientCert: 'tls.crt', tlsClientKey: 'tls.key' };
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'TriggerAuthentication',
    metadata: { name: 'license-scaler', namespace },
    spec: {
      secretTargetRef: Object.entries(parameters).map(([parameter, key]) => ({
        parameter,
        name,
        key,
      })),
    },
  };
}

function authenticated({ triggers }: ScaledObjectSpec) {
  return {
    triggers: triggers.map((trigger) => ({
      ...trigger,
      metadata: { ...trigger.metadata, enableTLS: 'true' },
      authenticationRef: { name: 'license-scaler' },
    })),
  };
}
