import { binaryPath } from '../build/binaries.ts';
import type { Program } from '../processes/managed-process.ts';
import type { Site } from './site.ts';

/** What acts here. There are no nodes, so pods stay pending, and nothing has to do with them. */
const CONTROLLERS = [
  'deployment-controller',
  'replicaset-controller',
  'horizontal-pod-autoscaler-controller',
  'namespace-controller',
  'garbage-collector-controller',
];

/** The controllers that a scaled workload needs, with their default flags. */
export function kubeControllerManager({ ports, credentials, kubeconfig }: Site): Program {
  return {
    name: 'kube-controller-manager',
    file: binaryPath('kube-controller-manager'),
    args: [
      `--kubeconfig=${kubeconfig}`,
      `--controllers=${CONTROLLERS.join(',')}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${ports.controllerManager}`,
      `--tls-cert-file=${credentials.apiServer.cert}`,
      `--tls-private-key-file=${credentials.apiServer.key}`,
    ],
  };
}

export function kubeControllerManagerHealth({ ports }: Site): string {
  return `https://127.0.0.1:${ports.controllerManager}/healthz`;
}
