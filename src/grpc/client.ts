import { credentials, type ChannelCredentials } from '@grpc/grpc-js';
import { ExternalScalerClient, type IsActiveResponse } from '../../generated/externalscaler.ts';
import type { ScaledObject } from '../core/trigger.ts';

/** A client as KEDA has one, for people and for tests. */
export interface ScalerClient {
  /**
   * Opens StreamIsActive.
   *
   * @returns the states as they arrive; the iteration ends when the server ends the stream with status
   * OK, and throws grpc-js' ServiceError when it ends in any other way
   * @param signal cancels the call
   */
  watch(scaledObject: ScaledObject, signal?: AbortSignal): AsyncIterable<boolean>;
  close(): void;
}

/**
 * @param address `host:port`, or any other target that gRPC knows
 * @param serverName the name in the server's certificate, where it is not the host's
 */
export function createScalerClient(
  address: string,
  channelCredentials: ChannelCredentials = credentials.createInsecure(),
  serverName?: string,
): ScalerClient {
  const options = serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName };
  const client = new ExternalScalerClient(address, channelCredentials, options);
  return {
    watch: ({ name, namespace, metadata }, signal) => {
      const call = client.streamIsActive({ name, namespace, scalerMetadata: { ...metadata } });
      signal?.addEventListener('abort', () => {
        call.cancel();
      });
      return states(call);
    },
    close: () => {
      client.close();
    },
  };
}

async function* states(call: AsyncIterable<unknown>): AsyncIterable<boolean> {
  for await (const { result } of call as AsyncIterable<IsActiveResponse>) yield result;
}
