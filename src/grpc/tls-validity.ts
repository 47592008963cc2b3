import { formatInstant, type Instant } from '../core/time.ts';
import { named, type TlsCertificate, type TlsFiles, type TlsMaterial } from './tls-material.ts';

/**
 * Why new files must not replace those in use: by their dates they would not work, and those in use do.
 *
 * @returns a sentence that names the file, the certificate and the date; undefined where they may
 */
export function refusal(
  files: TlsFiles,
  inUse: TlsMaterial,
  next: TlsMaterial,
  now: Instant,
): string | undefined {
  const invalid = firstInvalid(next, now);
  return invalid === undefined || firstInvalid(inUse, now) !== undefined
    ? undefined
    : problemOf(files, invalid, now);
}

/** One of the server's own chain that has ended or has not begun, or an authority where not one is valid. */
function firstInvalid({ certificates }: TlsMaterial, now: Instant): TlsCertificate | undefined {
  const isInvalid = (each: TlsCertificate): boolean => now < each.notBefore || now > each.notAfter;
  const own = certificates.filter(({ file }) => file === 'certFile').find(isInvalid);
  if (own !== undefined) return own;
  const authorities = certificates.filter(({ file }) => file === 'clientCaFile');
  // A bundle may still hold the authority before: one that is valid is enough.
  return authorities.every(isInvalid) ? authorities[0] : undefined;
}

function problemOf(
  files: TlsFiles,
  { file, subject, notBefore, notAfter }: TlsCertificate,
  now: Instant,
): string {
  const when =
    now > notAfter ? `ended ${formatInstant(notAfter)}` : `begins only ${formatInstant(notBefore)}`;
  return `${named(file, files)}: ${subject} ${when}, and what is in use is valid`;
}
