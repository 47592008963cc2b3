import { Server, ServerCredentials } from '@grpc/grpc-js';

/**
 * Runs a real gRPC server on loopback for as long as `body` takes.
 *
 * @param add adds services; what it returns is handed on
 */
export async function serving<T>(
  add: (server: Server) => T,
  body: (address: string, added: T, server: Server) => Promise<void>,
  credentials: ServerCredentials = ServerCredentials.createInsecure(),
): Promise<void> {
  const server = new Server();
  const added = add(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  try {
    await body(`127.0.0.1:${port}`, added, server);
  } finally {
    server.forceShutdown();
  }
}
