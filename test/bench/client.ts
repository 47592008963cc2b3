/** The client process: many streams on one connection, as KEDA has them. */
import { credentials, type ServiceError } from '@grpc/grpc-js';
import {
  ExternalScalerClient,
  type GetMetricSpecResponse,
  type ScaledObjectRef,
} from '../../generated/externalscaler.ts';
import { monotonicMs, tenantName, type ClientOrder, type ClientReport } from './messages.ts';

interface Connection {
  readonly client: ExternalScalerClient;
  messages: number;
  /** How many more messages are waited for. */
  missing: number;
  onLast: (at: number) => void;
}

const connections = new Map<number, Connection>();

function connect(port: number): Connection {
  const known = connections.get(port);
  if (known !== undefined) return known;
  const client = new ExternalScalerClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });
  const connection = { client, messages: 0, missing: -1, onLast: () => undefined };
  connections.set(port, connection);
  return connection;
}

function report(message: ClientReport): void {
  process.send?.(message);
}

function open(connection: Connection, streams: number): void {
  connection.missing = streams;
  connection.onLast = () => {
    report({ is: 'open' });
  };
  for (let index = 0; index < streams; index++) {
    const call = connection.client.streamIsActive(ref(index));
    call.on('error', () => undefined);
    call.on('data', () => {
      connection.messages++;
      if (--connection.missing === 0) connection.onLast(monotonicMs());
    });
  }
}

function ref(index: number): ScaledObjectRef {
  return { name: 'scaled-service', namespace: tenantName(index), scalerMetadata: {} };
}

/** GetMetricSpec, GetMetrics, IsActive: over and over, so many at a time. */
async function poll({ client }: Connection, concurrency: number, ms: number): Promise<number> {
  const end = monotonicMs() + ms;
  let polls = 0;
  const worker = async (offset: number): Promise<void> => {
    for (let index = offset; monotonicMs() < end; index = (index + concurrency) % 10_000) {
      await pollOnce(client, ref(index));
      polls++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, offset) => worker(offset)));
  return polls;
}

async function pollOnce(client: ExternalScalerClient, ref: ScaledObjectRef): Promise<void> {
  const { metricSpecs } = await called<GetMetricSpecResponse>((done) =>
    client.getMetricSpec(ref, done),
  );
  const request = { scaledObjectRef: ref, metricName: metricSpecs[0]?.metricName ?? '' };
  await called((done) => client.getMetrics(request, done));
  await called((done) => client.isActive(ref, done));
}

function called<T>(
  start: (done: (error: ServiceError | null, response: T) => void) => unknown,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    start((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}

process.on('message', (order: ClientOrder) => {
  const connection = connect(order.port);
  switch (order.do) {
    case 'open':
      open(connection, order.streams);
      break;
    case 'expect':
      connection.missing = order.messages;
      connection.onLast = (at) => {
        report({ is: 'received', at });
      };
      report({ is: 'expecting' });
      break;
    case 'count':
      report({ is: 'count', messages: connection.messages });
      break;
    case 'poll': {
      const startedAt = monotonicMs();
      void poll(connection, order.concurrency, order.ms).then((polls) => {
        report({ is: 'polled', polls, ms: monotonicMs() - startedAt });
      });
    }
  }
});
process.on('disconnect', () => {
  process.exit(0);
});
