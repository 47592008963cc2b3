import { describeError } from './describe-error.ts';

/** What is known of whoever did not answer. */
export interface Circumstances {
  readonly isTls: boolean;
  /** Whether a client certificate is shown to it. */
  readonly hasCertificate: boolean;
  /** Whether it ever answered: then the way to it is right. */
  readonly hasAnswered: boolean;
  /** The proxy on the way, without its password. */
  readonly proxy: string | undefined;
}

/** Certificates that are not trusted because nobody said that they should be. */
const UNTRUSTED = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
];

/** Whether the other side closed the connection, or had closed it already. */
export function isReset(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(codeOf(error));
}

/** Why a request was not answered, in one sentence, and what an operator can do about it where that is likely. */
export function explainFailure(error: unknown, circumstances: Circumstances): string {
  const reason = describeError(error);
  const hint = hintFor(error, reason, circumstances);
  const way = circumstances.proxy === undefined ? '' : `by way of proxy ${circumstances.proxy}: `;
  return `${way}${reason}${hint === undefined ? '' : ` (${hint})`}`;
}

function hintFor(
  error: unknown,
  reason: string,
  { isTls, hasCertificate, hasAnswered }: Circumstances,
): string | undefined {
  const certificate = hasCertificate
    ? 'it may refuse the certificate of licenseService.certFile'
    : 'it may want a client certificate: licenseService.certFile and keyFile';
  if (/^TLS: (wrong version number|packet length too long|http request)/.test(reason)) {
    return 'the port does not speak TLS: licenseService.url may have to begin with http://';
  }
  if (/^TLS: .*alert (handshake failure|.*certificate|unknown ca|access denied)/.test(reason)) {
    return certificate;
  }
  if (UNTRUSTED.includes(codeOf(error))) {
    return 'licenseService.caFile names the CAs to trust';
  }
  if (hasAnswered) return undefined;
  if (!isTls && (isReset(error) || codeOf(error).startsWith('HPE_'))) {
    return 'the port may speak TLS: licenseService.url may have to begin with https://';
  }
  return isTls && isReset(error) ? certificate : undefined;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}
