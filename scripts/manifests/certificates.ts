import { namespaceOf, type Manifest } from './manifest.ts';

/** A cert-manager Certificate whose shape was checked. */
export interface Certificate extends Manifest {
  readonly spec: { readonly secretName: string; readonly dnsNames?: readonly string[] };
}

/** What cert-manager writes into the Secret. */
export const CERTIFICATE_KEYS = ['tls.crt', 'tls.key', 'ca.crt'];

/** The Certificate that a Secret is made from; undefined: none that is rendered. */
export function certificateFor(
  secret: string,
  namespace: string,
  objects: readonly Manifest[],
): Certificate | undefined {
  const certificates = objects.filter(({ kind }) => kind === 'Certificate') as Certificate[];
  return certificates.find(
    (certificate) =>
      certificate.spec.secretName === secret && namespaceOf(certificate) === namespace,
  );
}
