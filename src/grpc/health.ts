/** gRPC's standard health service, as Kubernetes' gRPC probes call it. */
import { status, type Server, type ServerWritableStream } from '@grpc/grpc-js';
import { ExternalScalerClient } from '../../generated/externalscaler.ts';
import {
  HealthCheckResponse_ServingStatus as ServingStatus,
  HealthService,
  type HealthCheckRequest,
  type HealthCheckResponse,
  type HealthServer,
} from '../../generated/grpc/health/v1/health.ts';
import { OpenStreams } from './open-streams.ts';

export interface Health {
  /** What is said of the server and of KEDA's service from now on; before the first call: not serving. */
  setServing(isServing: boolean): void;
  /** Ends every Watch with status OK, so that a shutdown need not wait for those who watch. */
  endStreams(): void;
}

type WatchCall = ServerWritableStream<HealthCheckRequest, HealthCheckResponse>;

/** The server as a whole has the empty name. */
const SERVICES = ['', ExternalScalerClient.serviceName];

/** Adds the service `grpc.health.v1.Health` to a server. */
export function addHealth(server: Server): Health {
  const streams = new OpenStreams();
  const watchers = new Set<() => void>();
  let present: ServingStatus = ServingStatus.NOT_SERVING;

  server.addService(HealthService, {
    check: ({ request: { service } }, callback) => {
      if (SERVICES.includes(service)) callback(null, { status: present });
      else callback({ code: status.NOT_FOUND, details: `no service ${service} here` });
    },
    list: (_call, callback) => {
      const statuses = SERVICES.map((service) => [service, { status: present }] as const);
      callback(null, { statuses: Object.fromEntries(statuses) });
    },
    watch: (call) => {
      const isKnown = SERVICES.includes(call.request.service);
      const tell = teller(call, () => (isKnown ? present : ServingStatus.SERVICE_UNKNOWN));
      call.once('close', () => {
        watchers.delete(tell);
        streams.delete(call);
      });
      // Registered before the present status is told, so that no change falls between the two.
      watchers.add(tell);
      tell();
      streams.add(call);
    },
  } satisfies HealthServer);

  return {
    setServing: (isServing) => {
      present = isServing ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
      for (const tell of watchers) tell();
    },
    endStreams: () => {
      void streams.endAll();
    },
  };
}

/**
 * Tells one Watch the status if it is not what was told last. One message is on its way at a time: a
 * reader that does not keep up gets the latest status, not the history.
 */
function teller(call: WatchCall, current: () => ServingStatus): () => void {
  let told: ServingStatus | undefined;
  let isWriting = false;
  const tell = (): void => {
    const now = current();
    if (isWriting || now === told || call.writableEnded) return;
    told = now;
    isWriting = true;
    call.write({ status: now }, () => {
      isWriting = false;
      tell();
    });
  };
  return tell;
}
