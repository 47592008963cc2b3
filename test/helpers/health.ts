import { credentials } from '@grpc/grpc-js';
import {
  HealthCheckResponse_ServingStatus as ServingStatus,
  HealthClient,
} from '../../generated/grpc/health/v1/health.ts';

/** Resolves when the gRPC server there says that it serves; rejects after 5 s. */
export async function untilServing(address: string): Promise<void> {
  const client = new HealthClient(address, credentials.createInsecure());
  const deadline = Date.now() + 5_000;
  for await (const { status } of client.watch({ service: '' }, { deadline })) {
    if (status === ServingStatus.SERVING) break;
  }
  client.close();
}
