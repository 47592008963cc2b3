/**
 * Certificates for tests: an authority and what it issues, ECDSA P-256, made in about a millisecond.
 *
 * X.509 is written here by hand (RFC 5280, only what TLS looks at), because the libraries for it bring
 * twenty packages and a polyfill, and the openssl command is not everywhere.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

interface IssueOptions {
  /** Empty: no subject, as cert-manager issues where none is asked for. */
  readonly commonName: string;
  /** DNS names; `localhost` if neither names nor addresses are given. */
  readonly dns?: readonly string[];
  /** IPv4 addresses. */
  readonly ip?: readonly string[];
  /** For a client instead of a server. */
  readonly client?: boolean;
  /** In a year, if not given. May be past: it is valid for the year before. */
  readonly notAfter?: Date;
}

/** PEM texts. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
  /** The certificate of the authority that signed it. */
  readonly ca: string;
}

export interface Authority {
  readonly cert: string;
  issue(options: IssueOptions): Issued;
}

const YEAR = 365 * 86_400_000;

/** Makes an authority. Two of the same name have different keys, so that neither vouches for the other's. */
export function createAuthority(name: string): Authority {
  const { publicKey, privateKey } = newKeys();
  const signer = { name, publicKey, privateKey };
  const validity = sequence(time(new Date(Date.now() - YEAR)), time(new Date(Date.now() + YEAR)));
  const extensions = [basicConstraintsOfAuthority, keyUsage(KEY_CERT_SIGN)];
  const cert = certificate({ subject: name, publicKey, validity, extensions }, signer);
  return { cert, issue: (options) => issue(options, signer, cert) };
}

interface Signer {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface Content {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly validity: Buffer;
  readonly extensions: readonly Buffer[];
}

function issue(options: IssueOptions, signer: Signer, ca: string): Issued {
  const { commonName: subject, client = false } = options;
  const { publicKey, privateKey } = newKeys();
  const notAfter = options.notAfter ?? new Date(Date.now() + YEAR);
  const notBefore = new Date(Math.min(Date.now(), notAfter.getTime()) - YEAR);
  const validity = sequence(time(notBefore), time(notAfter));
  const purpose = client ? OID.clientAuth : OID.serverAuth;
  const extensions = [
    keyUsage(DIGITAL_SIGNATURE),
    extension(OID.extendedKeyUsage, sequence(oid(purpose))),
    extension(OID.subjectAltName, alternativeNames(options)),
  ];
  return {
    cert: certificate({ subject, publicKey, validity, extensions }, signer),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ca,
  };
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function certificate(content: Content, signer: Signer): string {
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const toBeSigned = sequence(
    explicit(0, der(0x02, Buffer.of(2))), // version 3
    der(0x02, Buffer.of(1), randomBytes(15)), // serial number
    algorithm,
    distinguishedName(signer.name),
    content.validity,
    distinguishedName(content.subject),
    content.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(
      3,
      sequence(
        ...content.extensions,
        extension(OID.subjectKeyIdentifier, der(0x04, keyIdentifier(content.publicKey))),
        extension(OID.authorityKeyIdentifier, sequence(der(0x80, keyIdentifier(signer.publicKey)))),
      ),
    ),
  );
  const signature = sign('sha256', toBeSigned, signer.privateKey);
  return pem(sequence(toBeSigned, algorithm, bitString(signature)));
}

function alternativeNames({ dns, ip }: IssueOptions): Buffer {
  const names = dns ?? (ip === undefined ? ['localhost'] : []);
  return sequence(
    ...names.map((name) => der(0x82, Buffer.from(name))),
    ...(ip ?? []).map((address) => der(0x87, ipv4(address))),
  );
}

function ipv4(address: string): Buffer {
  if (!isIPv4(address)) throw new TypeError(`${address} is not an IPv4 address`);
  return Buffer.from(address.split('.').map(Number));
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

/** Object identifiers, encoded. */
const OID = {
  commonName: '550403',
  subjectKeyIdentifier: '551d0e',
  keyUsage: '551d0f',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  authorityKeyIdentifier: '551d23',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
  clientAuth: '2b06010505070302',
  ecdsaWithSha256: '2a8648ce3d040302',
} as const;

/** The bit that is set, before it the number of unused bits after it. */
const DIGITAL_SIGNATURE = Buffer.of(7, 0x80);
const KEY_CERT_SIGN = Buffer.of(2, 0x04);
const TRUE = der(0x01, Buffer.of(0xff));
const basicConstraintsOfAuthority = extension(OID.basicConstraints, sequence(TRUE), TRUE);

function keyUsage(bit: Buffer): Buffer {
  return extension(OID.keyUsage, der(0x03, bit), TRUE);
}

function extension(id: string, value: Buffer, ...critical: Buffer[]): Buffer {
  return sequence(oid(id), ...critical, der(0x04, value));
}

function distinguishedName(commonName: string): Buffer {
  if (commonName === '') return sequence();
  return sequence(
    der(0x31, sequence(oid(OID.commonName), der(0x0c, Buffer.from(commonName)))), // a UTF8String
  );
}

/** RFC 5280 wants years before 2050 with two digits. */
function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(text.slice(2)))
    : der(0x18, Buffer.from(text));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function explicit(number: number, part: Buffer): Buffer {
  return der(0xa0 + number, part);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function bitString(bits: Buffer): Buffer {
  return der(0x03, Buffer.of(0), bits);
}

/** Tag, length, value. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), value]);
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), value]);
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), value]);
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
