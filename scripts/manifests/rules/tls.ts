import type { Config } from '../../../src/config/schema.ts';
import type { Certificate } from '../certificates.ts';
import { ofKind, type ManifestOf } from '../kinds.ts';
import { namespaceOf } from '../manifest.ts';
import { findMountedFile, type Reader } from '../mounted-files.ts';
import type { Problem } from '../problem.ts';
import { selects } from '../selector.ts';

type Service = ManifestOf<'Service'>;

/** The Services in front of a container that runs `serve` speak as it does, and its certificate has their names. */
export function checkTls(config: Config, reader: Reader): Problem[] {
  const { template, objects } = reader;
  const services = ofKind(objects, 'Service').filter(
    (service) =>
      namespaceOf(service) === namespaceOf(template.workload) &&
      selects({ matchLabels: service.spec?.selector ?? {} }, template.labels),
  );
  const { tls } = config.grpc;
  const isPlain = tls === undefined;
  const spoken = services.flatMap((service) => checkProtocol(service, isPlain));
  if (isPlain) return spoken;
  const file = findMountedFile(tls.certFile, reader);
  if (file.kind !== 'elsewhere' || file.certificate === undefined) return spoken;
  const { certificate } = file;
  return [...spoken, ...services.flatMap((service) => checkName(certificate, service))];
}

/** A mesh or a proxy on the way goes by it. */
function checkProtocol(service: Service, isPlain: boolean): Problem[] {
  return (service.spec?.ports ?? []).flatMap(({ name, appProtocol }, index) => {
    const wrong = isPlain ? 'https' : 'kubernetes.io/h2c';
    if (name !== 'grpc' || appProtocol !== wrong) return [];
    const [found, allowed] = isPlain ? ['plaintext', 'kubernetes.io/h2c'] : ['TLS', 'https'];
    const message = `is ${wrong}, but the program speaks ${found} by its configuration: give ${allowed}`;
    return [{ manifest: service, path: ['spec', 'ports', index, 'appProtocol'], message }];
  });
}

/** KEDA compares the host of `scalerAddress`. */
function checkName(certificate: Certificate, service: Service): Problem[] {
  const { dnsNames = [] } = certificate.spec;
  const host = `${service.metadata.name}.${namespaceOf(service)}.svc.cluster.local`;
  if (dnsNames.includes(host)) return [];
  const found = dnsNames.join(', ') || 'none';
  const message = `are ${found}, but KEDA calls ${host}: add it, or KEDA refuses the certificate`;
  return [{ manifest: certificate, path: ['spec', 'dnsNames'], message }];
}
