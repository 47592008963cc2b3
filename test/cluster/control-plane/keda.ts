import { binaryPath } from '../build/binaries.ts';
import type { Program } from '../processes/managed-process.ts';
import type { Site } from './site.ts';

/** Where KEDA would run, and where its Services are. */
const KEDA_NAMESPACE = 'keda';

/**
 * KEDA's operator with the flags of its own Deployment.
 *
 * @param flags further ones, which win
 */
export function kedaOperator(site: Site, flags: readonly string[] = []): Program {
  const { ports, credentials } = site;
  return {
    name: 'keda-operator',
    file: binaryPath('keda-operator', site.keda),
    args: [
      '--leader-elect',
      '--zap-log-level=info',
      '--zap-encoder=console',
      '--zap-time-encoding=rfc3339nano',
      `--cert-dir=${credentials.operator.folder}`,
      `--health-probe-bind-address=127.0.0.1:${ports.operatorHealth}`,
      `--metrics-bind-address=127.0.0.1:${ports.operatorMetrics}`,
      `--metrics-service-bind-address=127.0.0.1:${ports.operatorMetricsService}`,
      ...flags,
    ],
    env: kedaEnvironment(site),
  };
}

export function kedaOperatorHealth({ ports }: Site): string {
  return `http://127.0.0.1:${ports.operatorHealth}/readyz`;
}

/** KEDA's metrics adapter, an API server of its own. */
export function kedaAdapter(site: Site): Program {
  const { ports, credentials, kubeconfig } = site;
  return {
    name: 'keda-adapter',
    file: binaryPath('keda-adapter', site.keda),
    args: [
      '--bind-address=127.0.0.1',
      `--secure-port=${ports.adapter}`,
      `--port=${ports.adapterMetrics}`,
      `--tls-cert-file=${credentials.adapterServer.cert}`,
      `--tls-private-key-file=${credentials.adapterServer.key}`,
      // For its connection to the operator.
      `--cert-dir=${credentials.adapterClient.folder}`,
      `--metrics-service-address=127.0.0.1:${ports.operatorMetricsService}`,
      `--client-ca-file=${credentials.caFile}`,
      `--lister-kubeconfig=${kubeconfig}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
    ],
    env: kedaEnvironment(site),
  };
}

export function kedaAdapterHealth({ ports }: Site): string {
  return `https://127.0.0.1:${ports.adapter}/readyz`;
}

/** All namespaces; both programs refuse to start without it being said. */
function kedaEnvironment({ kubeconfig }: Site): Readonly<Record<string, string>> {
  return {
    KUBECONFIG: kubeconfig,
    WATCH_NAMESPACE: '',
    POD_NAMESPACE: KEDA_NAMESPACE,
    KEDA_CLUSTER_OBJECT_NAMESPACE: KEDA_NAMESPACE,
  };
}

/** The namespace, and how the API server finds the adapter: by a Service that stands for localhost. */
export function kedaObjects({ ports, credentials }: Site): readonly object[] {
  const name = 'keda-metrics-apiserver';
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: KEDA_NAMESPACE } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: KEDA_NAMESPACE },
      spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port: ports.adapter }] },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.external.metrics.k8s.io' },
      spec: {
        group: 'external.metrics.k8s.io',
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        service: { name, namespace: KEDA_NAMESPACE, port: ports.adapter },
        caBundle: Buffer.from(credentials.ca).toString('base64'),
      },
    },
  ];
}
