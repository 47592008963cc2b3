/** As much of a Kubernetes API server as scaling one Deployment takes, over TLS. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createAuthority } from '../helpers/certificates.ts';
import { startHttpServer } from '../helpers/http-server.ts';

const NAMESPACE = 'tenant-a';
const OBJECTS: Readonly<Record<string, object>> = {
  [`/apis/keda.sh/v1alpha1/namespaces/${NAMESPACE}/scaledobjects/scaled-service`]: {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { namespace: NAMESPACE, name: 'scaled-service', uid: '1' },
    spec: {
      scaleTargetRef: { name: 'web' },
      idleReplicaCount: 0,
      minReplicaCount: 2,
      triggers: [{ type: 'external-push', metadata: { scalerAddress: 'license-scaler:6000' } }],
    },
    status: {
      scaleTargetGVKR: {
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        resource: 'deployments',
      },
    },
  },
  [`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/web/scale`]: {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { namespace: NAMESPACE, name: 'web', resourceVersion: '1' },
    spec: { replicas: 2 },
  },
};

/** A server on loopback. */
export interface KubernetesApi {
  /** By which it is reached. */
  readonly kubeconfig: object;
  /** What was asked of it: method and path. */
  requests(): string[];
  until(count: number): Promise<unknown>;
  close(): Promise<void>;
}

export async function startKubernetesApi(): Promise<KubernetesApi> {
  const authority = createAuthority('cluster');
  const { cert, key } = authority.issue({ commonName: '', ip: ['127.0.0.1'] });
  const server = await startHttpServer(answer, { cert, key });
  return {
    kubeconfig: kubeconfigOf(server.url, authority.cert),
    requests: () => server.requests.map(({ method, url = '' }) => `${method} ${pathOf(url)}`),
    until: (count) => server.until(() => server.requests.length >= count),
    close: () => server.close(),
  };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { method, url = '' } = request;
  request.resume().once('end', () => {
    const found = method === 'POST' ? {} : OBJECTS[pathOf(url)];
    response.statusCode = found === undefined ? 404 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(found ?? {}));
  });
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? '';
}

function kubeconfigOf(server: string, authority: string): object {
  const ca = Buffer.from(authority).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'scaler' } }],
    clusters: [{ name: 'here', cluster: { server, 'certificate-authority-data': ca } }],
    users: [{ name: 'scaler', user: { token: 'secret' } }],
  };
}
