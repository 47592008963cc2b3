import { Server, logVerbosity, setLogVerbosity, type ServerCredentials } from '@grpc/grpc-js';
import { ExternalScalerService } from '../../generated/externalscaler.ts';
import { messageOf, OperatorError } from '../core/operator-error.ts';
import type { ScalerContext } from './context.ts';
import { createExternalScaler } from './external-scaler.ts';
import { addHealth } from './health.ts';
import { addReflection } from './reflection.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

export interface GrpcServer {
  /** @returns the port; @throws OperatorError where the address can't be had */
  listen(address: Address): Promise<number>;
  /** What gRPC health says from now on. */
  setServing(isServing: boolean): void;
  /**
   * Stops in the order in which KEDA comes back soonest: GOAWAY on every connection, every stream ended
   * with status OK, then unary calls finish. Resolves when all is done.
   */
  drain(): Promise<void>;
  /** Cuts off whatever is still open. */
  kill(): void;
}

/** Keepalive pings find clients that vanished without a word, such as a frozen node; they harm nobody. */
const OPTIONS = { 'grpc.keepalive_time_ms': 60_000, 'grpc.keepalive_timeout_ms': 20_000 };

/** The gRPC side: KEDA's contract, health and reflection on one port. */
export function createGrpcServer(
  context: ScalerContext,
  credentials: ServerCredentials,
): GrpcServer {
  // What grpc-js writes to standard error by itself is said better where it is handled.
  if (process.env['GRPC_VERBOSITY'] === undefined) setLogVerbosity(logVerbosity.NONE);
  const server = new Server(OPTIONS);
  server.addService(ExternalScalerService, createExternalScaler(context));
  const health = addHealth(server);
  const reflection = addReflection(server);
  return {
    listen: (address) => listen(server, address, credentials),
    setServing: (isServing) => {
      health.setServing(isServing);
    },
    drain: async () => {
      const closed = new Promise((resolve) => {
        server.tryShutdown(resolve);
      });
      await context.streams.endAll();
      health.endStreams();
      reflection.endStreams();
      await closed;
    },
    kill: () => {
      server.forceShutdown();
    },
  };
}

function listen(
  server: Server,
  { host, port }: Address,
  credentials: ServerCredentials,
): Promise<number> {
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, boundPort) => {
      if (error === null) resolve(boundPort);
      else reject(new OperatorError(explain(address, error), { cause: error }));
    });
  });
}

function explain(address: string, error: Error): string {
  const reason = messageOf(error);
  return reason.includes('EADDRINUSE')
    ? `grpc.listen: ${address} is in use by another program; stop it or choose another port`
    : `grpc.listen: can't listen on ${address}: ${reason}`;
}
