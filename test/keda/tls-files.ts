import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Authority } from '../helpers/certificates.ts';

/** `grpc.tls` of the configuration. */
export interface ServerFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile?: string;
}

/**
 * Writes, or replaces, what the server needs: a certificate for 127.0.0.1.
 *
 * @param clients whose clients are let in; anybody, if not given
 */
export async function writeServerFiles(
  folder: string,
  authority: Authority,
  clients?: Authority,
): Promise<ServerFiles> {
  const { cert, key } = authority.issue({ commonName: 'license-scaler', ip: ['127.0.0.1'] });
  const files = {
    certFile: await writePem(folder, 'tls.crt', cert),
    keyFile: await writePem(folder, 'tls.key', key),
  };
  if (clients === undefined) return files;
  return { ...files, clientCaFile: await writePem(folder, 'clients.crt', clients.cert) };
}

/** Whole or not at all. */
export async function writePem(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
  return path;
}
