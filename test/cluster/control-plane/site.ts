import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KedaModule } from '../build/versions.ts';
import { freePorts } from '../processes/ports.ts';
import { createCredentials, type Credentials } from './credentials.ts';

/** What the parts of one control plane have in common: where they are and how they trust each other. */
export interface Site {
  /** Everything of this control plane is in it. */
  readonly folder: string;
  /** Which release of KEDA it has. */
  readonly keda: KedaModule;
  readonly ports: Ports;
  readonly credentials: Credentials;
  /** Of the API server. */
  readonly url: string;
  /** With all rights. */
  readonly kubeconfig: string;
}

const PARTS = [
  'etcd',
  'etcdPeer',
  'apiServer',
  'controllerManager',
  'operatorHealth',
  'operatorMetrics',
  'operatorMetricsService',
  'adapter',
  'adapterMetrics',
] as const;

/** Free ports of loopback. */
type Ports = Readonly<Record<(typeof PARTS)[number], number>>;

/** @param folder that exists and is empty */
export async function prepareSite(folder: string, keda: KedaModule): Promise<Site> {
  const free = await freePorts(PARTS.length);
  const ports = Object.fromEntries(PARTS.map((part, index) => [part, free[index]])) as Ports;
  const credentials = await createCredentials(join(folder, 'credentials'));
  const url = `https://127.0.0.1:${ports.apiServer}`;
  const kubeconfig = join(folder, 'kubeconfig.json');
  // YAML that is JSON: every reader of a kubeconfig takes it.
  await writeFile(
    kubeconfig,
    JSON.stringify(kubeconfigOf(url, credentials.caFile, credentials.token)),
    { mode: 0o600 },
  );
  return { folder, keda, ports, credentials, url, kubeconfig };
}

/** @param server where the API server is reached, whether it listens there itself or not */
export function kubeconfigOf(server: string, caFile: string, token: string): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'harness',
    clusters: [{ name: 'harness', cluster: { server, 'certificate-authority': caFile } }],
    users: [{ name: 'harness', user: { token } }],
    contexts: [{ name: 'harness', context: { cluster: 'harness', user: 'harness' } }],
  };
}
