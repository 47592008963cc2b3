import { credentials } from '@grpc/grpc-js';
import {
  HealthCheckResponse_ServingStatus as ServingStatus,
  HealthClient,
} from '../../generated/grpc/health/v1/health.ts';
import { PATIENCE_MS } from './patience.ts';

/** Resolves when the gRPC server there says that it serves; rejects after PATIENCE_MS. */
export async function untilServing(address: string): Promise<void> {
  const client = new HealthClient(address, credentials.createInsecure());
  const deadline = Date.now() + PATIENCE_MS;
  for await (const { status } of client.watch({ service: '' }, { deadline })) {
    if (status === ServingStatus.SERVING) break;
  }
  client.close();
}
