import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, OperatorError } from '../core/operator-error.ts';
import { answer, text, type Answer, type Content } from './answer.ts';
import { createLicenseLists } from './license-list.ts';
import { createTenantsFile } from './tenants-file.ts';

export interface LicenseServiceServerOptions {
  /** The license records: an array, or one under `tenants`, in JSON or YAML. */
  readonly file: string;
  /** Told of a file that can't be read, so that the last good content is served; once, until it changes. */
  readonly onProblem?: (problem: string) => void;
}

interface Address {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** A small real license service. */
export interface LicenseServiceServer {
  /**
   * Reads the file and listens. A file that can't be read does not keep it from starting.
   *
   * @returns the port; rejects with an OperatorError where the address can't be had
   */
  start(address: Address): Promise<number>;
  /** Ends when requests under way have been answered, but does not wait for long. */
  stop(): Promise<void>;
}

/** How long a client may take to read its answer when the service is to stop. */
const PATIENCE = 2_000;

/** Serves license records from a file, which is looked at on every request, so that edits count at once. */
export function createLicenseServiceServer(
  options: LicenseServiceServerOptions,
): LicenseServiceServer {
  const { file } = options;
  const tenants = createTenantsFile(file, options.onProblem);
  const content: Content = { records: () => tenants.read(), list: createLicenseLists() };
  const server = createServer((request, response) => {
    respond(request, content).then(
      (result) => {
        send(request, response, result, server.listening);
      },
      () => {
        send(request, response, text(500, 'internal error'), server.listening);
      },
    );
  });
  return {
    async start(address) {
      await tenants.read();
      return listen(server, address);
    },
    stop: () => close(server),
  };
}

async function respond(request: IncomingMessage, content: Content): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return text(405, 'allowed are GET and HEAD', { allow: 'GET, HEAD' });
  }
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  return answer(path, request.headers, content);
}

function send(
  { method }: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
  isServing: boolean,
): void {
  const length = status === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
  const last = isServing ? {} : { connection: 'close' };
  response.writeHead(status, { ...headers, ...length, ...last });
  response.end(method === 'HEAD' ? undefined : body);
}

function listen(server: Server, { host, port }: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new OperatorError(explain(host, port, error), { cause: error }));
    });
    server.listen(port, host, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function explain(host: string, port: number, error: NodeJS.ErrnoException): string {
  return error.code === 'EADDRINUSE'
    ? `the license service can't listen on ${host}:${port}: it is in use by another program; stop it or choose another port`
    : `the license service can't listen on ${host}:${port}: ${messageOf(error)}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => {
      server.closeAllConnections();
    }, PATIENCE);
    // Ends connections that are idle, too.
    server.close(() => {
      clearTimeout(patience);
      resolve();
    });
  });
}
