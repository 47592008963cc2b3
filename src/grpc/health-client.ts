import { Metadata, type ChannelCredentials } from '@grpc/grpc-js';
import {
  HealthCheckResponse_ServingStatus as ServingStatus,
  HealthClient,
} from '../../generated/grpc/health/v1/health.ts';
import type { Millis } from '../core/time.ts';

/** Whom to ask about what, and for how long. */
export interface HealthQuestion {
  /** `host:port`, or any other target that gRPC knows. */
  readonly address: string;
  /** The empty name stands for the server as a whole. */
  readonly service: string;
  readonly channelCredentials: ChannelCredentials;
  /** The name that the server's certificate is for, where that is not the address. */
  readonly serverName?: string | undefined;
  readonly timeout: Millis;
}

/** What a server says of a service; `SERVING` is what is ready. */
export type HealthAnswer = keyof typeof ServingStatus;

/**
 * Asks a server's health service once, over a connection of its own.
 *
 * @throws grpc-js' ServiceError where there was no answer in time, or an error for one
 */
export async function askHealth(question: HealthQuestion): Promise<HealthAnswer> {
  const { address, service, channelCredentials, serverName, timeout } = question;
  const client = new HealthClient(address, channelCredentials, {
    // A proxy in the environment is for the way out, not for the way to a neighbour.
    'grpc.enable_http_proxy': 0,
    ...(serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName }),
  });
  try {
    return await new Promise((resolve, reject) => {
      const deadline = Date.now() + timeout;
      client.check({ service }, new Metadata(), { deadline }, (error, response) => {
        if (error === null) resolve(toAnswer(response.status));
        else reject(error);
      });
    });
  } finally {
    client.close();
  }
}

function toAnswer(status: ServingStatus): HealthAnswer {
  const names = Object.keys(ServingStatus) as HealthAnswer[];
  return names.find((name) => ServingStatus[name] === status) ?? 'UNRECOGNIZED';
}
