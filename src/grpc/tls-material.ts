import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { messageOf } from '../core/operator-error.ts';
import { parsed, unparsed, type Parsed } from '../core/parsed.ts';
import type { Instant } from '../core/time.ts';

/** Where the server's certificate, its key and the client authorities are, as the configuration has it. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** The authorities that may vouch for clients; where given, a client without a certificate is refused. */
  readonly clientCaFile?: string | undefined;
}

export type TlsFile = keyof TlsFiles;

export interface TlsCertificate {
  readonly file: 'certFile' | 'clientCaFile';
  /** Its names in place of the subject, where that is empty, as it may be. */
  readonly subject: string;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** SHA-256, in hexadecimal. */
  readonly fingerprint: string;
}

/** Files that were found to fit together. */
export interface TlsMaterial {
  readonly context: SecureContextOptions;
  /** Every certificate in the files: the server's own first, then its chain, then the authorities. */
  readonly certificates: readonly TlsCertificate[];
}

/** The contents of the files, in PEM; of all those that are configured. */
export type TlsContents = Partial<Record<TlsFile, Buffer>>;

/**
 * Checks that the contents can be used, and used together, before anything that works is replaced by
 * them. OpenSSL itself would take authorities that it can't read for none, and trust nobody.
 *
 * @returns what to serve with, or a sentence that names the file and what is wrong with it
 */
export function parseTlsMaterial(files: TlsFiles, contents: TlsContents): Parsed<TlsMaterial> {
  const chain = parseCertificates('certFile', files, contents);
  if (!chain.ok) return chain;
  const key = parseKey(files, contents);
  if (!key.ok) return key;
  const authorities = parseCertificates('clientCaFile', files, contents);
  if (!authorities.ok) return authorities;
  const [own] = chain.value;
  if (own?.checkPrivateKey(key.value) !== true) {
    return unparsed(`${named('keyFile', files)} is not the key of ${named('certFile', files)}`);
  }
  return parseContext(files, contents, [
    ...chain.value.map((certificate) => toTlsCertificate('certFile', certificate)),
    ...authorities.value.map((certificate) => toTlsCertificate('clientCaFile', certificate)),
  ]);
}

/** How a file is called in messages: `grpc.tls.certFile /etc/tls/tls.crt`. */
export function named(file: TlsFile, files: TlsFiles): string {
  return `grpc.tls.${file} ${files[file] ?? ''}`;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const BEGIN = /-----BEGIN CERTIFICATE-----/g;

function parseCertificates(
  file: TlsCertificate['file'],
  files: TlsFiles,
  contents: TlsContents,
): Parsed<X509Certificate[]> {
  if (files[file] === undefined) return parsed([]);
  const text = contents[file]?.toString('latin1') ?? '';
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length !== (text.match(BEGIN) ?? []).length) {
    return unparsed(`${named(file, files)} is cut off in the middle of a certificate`);
  }
  if (blocks.length === 0) return unparsed(`${named(file, files)} holds no certificate in PEM`);
  try {
    return parsed(blocks.map((block) => new X509Certificate(block)));
  } catch (error) {
    return unparsed(`${named(file, files)} holds a broken certificate: ${messageOf(error)}`);
  }
}

function parseKey(files: TlsFiles, { keyFile = Buffer.alloc(0) }: TlsContents): Parsed<KeyObject> {
  try {
    return parsed(createPrivateKey(keyFile));
  } catch {
    // OpenSSL's reasons, such as "DECODER routines::unsupported", say less than this.
    return unparsed(`${named('keyFile', files)} holds no private key in PEM without a passphrase`);
  }
}

function parseContext(
  files: TlsFiles,
  { certFile: cert, keyFile: key, clientCaFile: ca }: TlsContents,
  certificates: readonly TlsCertificate[],
): Parsed<TlsMaterial> {
  const context = { cert, key, ca, minVersion: 'TLSv1.2' } as const;
  try {
    createSecureContext(context);
    return parsed({ context, certificates });
  } catch (error) {
    return unparsed(`${named('certFile', files)} can't be served with: ${messageOf(error)}`);
  }
}

function toTlsCertificate(
  file: TlsCertificate['file'],
  { subject, subjectAltName, validFrom, validTo, fingerprint256 }: X509Certificate,
): TlsCertificate {
  return {
    file,
    // Node gives undefined for a subject that is empty, whatever its types say.
    subject: ((subject as string | undefined) ?? subjectAltName ?? '').replaceAll('\n', ', '),
    notBefore: Date.parse(validFrom),
    notAfter: Date.parse(validTo),
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}
