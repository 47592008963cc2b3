import { credentials, type ChannelCredentials } from '@grpc/grpc-js';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { messageOf, OperatorError } from '../core/operator-error.ts';

/** What is sent as the server's name where it has none. */
const UNNAMED = 'localhost';

/** How a command that calls a gRPC server speaks TLS to it; none of them: it does not. */
export interface TlsOptions {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly serverName?: string;
}

/** Adds the options that make a command speak TLS. */
export function addTlsOptions(command: Command): Command {
  return command
    .option('--ca-file <file>', 'TLS: the CAs to trust instead of the well-known ones, PEM')
    .option('--cert-file <file>', 'TLS: the client certificate to show, PEM; needs --key-file')
    .option('--key-file <file>', 'TLS: its private key, PEM; needs --cert-file')
    .option('--server-name <name>', "TLS: the name in the server's certificate, if not the host's");
}

/**
 * Reads what the options name. To an IP address no name may be sent (RFC 6066), but grpc-js sends it all the same, so
 * that Node.js warns: another name is sent then, and the certificate is held to the address.
 *
 * @param address where the server is, `host:port`
 * @throws OperatorError where a file can't be read or used, or one of a pair is missing
 */
export async function createCredentials(
  options: TlsOptions,
  address: string,
): Promise<{ channelCredentials: ChannelCredentials; serverName: string | undefined }> {
  const { caFile, certFile, keyFile, serverName } = options;
  const isTls = [caFile, certFile, keyFile, serverName].some((option) => option !== undefined);
  if (!isTls) return { channelCredentials: credentials.createInsecure(), serverName };
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new OperatorError('--cert-file and --key-file belong together: give both or neither');
  }
  const [ca, key, cert] = await Promise.all([caFile, keyFile, certFile].map(read));
  try {
    const host = address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
    if (serverName !== undefined || isIP(host) === 0) {
      return { channelCredentials: credentials.createSsl(ca, key, cert), serverName };
    }
    const check = {
      checkServerIdentity: (_: string, peer: PeerCertificate) => checkServerIdentity(host, peer),
    };
    return { channelCredentials: credentials.createSsl(ca, key, cert, check), serverName: UNNAMED };
  } catch (error) {
    throw new OperatorError(`the TLS files can't be used: ${messageOf(error)}`, { cause: error });
  }
}

async function read(file: string | undefined): Promise<Buffer | null> {
  if (file === undefined) return null;
  try {
    return await readFile(file);
  } catch (error) {
    throw new OperatorError(`can't read ${file}: ${messageOf(error)}`, { cause: error });
  }
}
