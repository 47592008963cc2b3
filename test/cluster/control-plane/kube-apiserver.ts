import { binaryPath } from '../build/binaries.ts';
import type { Program } from '../processes/managed-process.ts';
import type { Site } from './site.ts';

/** The API server on loopback, with authorization by roles and with aggregation of other API servers. */
export function kubeApiServer({ ports, credentials }: Site): Program {
  const { apiServer, frontProxy } = credentials;
  return {
    name: 'kube-apiserver',
    file: binaryPath('kube-apiserver'),
    args: [
      `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${ports.apiServer}`,
      `--tls-cert-file=${apiServer.cert}`,
      `--tls-private-key-file=${apiServer.key}`,
      `--client-ca-file=${credentials.caFile}`,
      `--token-auth-file=${credentials.tokenFile}`,
      '--authorization-mode=RBAC',
      // No controller makes service accounts for the pods of tenants, which nobody runs anyway.
      '--disable-admission-plugins=ServiceAccount',
      '--service-cluster-ip-range=10.0.0.0/24',
      // Refuses an address of loopback; nobody asks for the endpoints of the Service "kubernetes" here.
      '--endpoint-reconciler-type=none',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${credentials.serviceAccountKeyFile}`,
      `--service-account-signing-key-file=${credentials.serviceAccountKeyFile}`,
      `--proxy-client-cert-file=${frontProxy.cert}`,
      `--proxy-client-key-file=${frontProxy.key}`,
      `--requestheader-client-ca-file=${credentials.frontProxyCaFile}`,
      '--requestheader-allowed-names=front-proxy-client',
      '--requestheader-username-headers=X-Remote-User',
      '--requestheader-group-headers=X-Remote-Group',
      '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    ],
  };
}

export function kubeApiServerHealth({ url }: Site): string {
  return `${url}/readyz`;
}
