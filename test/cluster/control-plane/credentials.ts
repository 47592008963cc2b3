import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority, type Issued } from '../../helpers/certificates.ts';

/** The name by which the API server knows the metrics adapter, which is reached through a Service. */
const ADAPTER_NAME = 'keda-metrics-apiserver.keda.svc';

/** The service account of the repository's own manifests. */
const SCALER_USER = 'system:serviceaccount:license-scaler:license-scaler';

/** A server or client certificate, as files. */
interface CertificateFiles {
  /** Holds `tls.crt`, `tls.key` and `ca.crt`, the names under which KEDA looks for them. */
  readonly folder: string;
  readonly cert: string;
  readonly key: string;
}

/** What the processes of a control plane know each other by. All of it was made for one start. */
export interface Credentials {
  /** PEM, of the one authority for every server on loopback. */
  readonly ca: string;
  readonly caFile: string;
  readonly apiServer: CertificateFiles;
  readonly operator: CertificateFiles;
  /** How the adapter shows itself to the operator. */
  readonly adapterClient: CertificateFiles;
  /** How the adapter shows itself to the API server. */
  readonly adapterServer: CertificateFiles;
  /** How the API server shows itself to the adapter; of an authority that vouches for nothing else. */
  readonly frontProxy: CertificateFiles;
  readonly frontProxyCaFile: string;
  /** The private key that service account tokens are signed with. */
  readonly serviceAccountKeyFile: string;
  /** Who has this bearer token may do everything. */
  readonly token: string;
  /** Who has this one is license-scaler's service account, and may do what roles give it. */
  readonly scalerToken: string;
  readonly tokenFile: string;
}

/** Makes all credentials of one control plane and writes them into a new folder. */
export async function createCredentials(folder: string): Promise<Credentials> {
  const authority = createAuthority('cluster');
  const frontProxies = createAuthority('front-proxies');
  const server = { dns: ['localhost'], ip: ['127.0.0.1'] };
  const token = newToken();
  const scalerToken = newToken();
  await mkdir(folder, { recursive: true });
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const issued = (name: string, certificate: Issued): Promise<CertificateFiles> =>
    writeCertificate(join(folder, name), certificate);
  return {
    ca: authority.cert,
    caFile: await write('ca.crt', authority.cert),
    apiServer: await issued(
      'kube-apiserver',
      authority.issue({ commonName: 'kube-apiserver', ...server }),
    ),
    operator: await issued(
      'keda-operator',
      authority.issue({ commonName: 'keda-operator', ...server }),
    ),
    adapterClient: await issued(
      'keda-adapter-client',
      authority.issue({ commonName: 'keda-adapter', client: true }),
    ),
    adapterServer: await issued(
      'keda-adapter-server',
      authority.issue({
        commonName: 'keda-adapter',
        dns: [ADAPTER_NAME, 'localhost'],
        ip: server.ip,
      }),
    ),
    frontProxy: await issued(
      'front-proxy',
      frontProxies.issue({ commonName: 'front-proxy-client', client: true }),
    ),
    frontProxyCaFile: await write('front-proxy-ca.crt', frontProxies.cert),
    serviceAccountKeyFile: await write('service-account.key', newSigningKey()),
    token,
    scalerToken,
    tokenFile: await write(
      'tokens.csv',
      `${token},harness,harness,system:masters\n${scalerToken},${SCALER_USER},scaler\n`,
    ),
  };
}

async function writeCertificate(
  folder: string,
  { cert, key, ca }: Issued,
): Promise<CertificateFiles> {
  const files = { folder, cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  await mkdir(folder);
  await writeFile(files.cert, cert);
  await writeFile(files.key, key, { mode: 0o600 });
  await writeFile(join(folder, 'ca.crt'), ca);
  return files;
}

function newToken(): string {
  return randomBytes(16).toString('hex');
}

function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // The API server reads the traditional form.
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString();
}
