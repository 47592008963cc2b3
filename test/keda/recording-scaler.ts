import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import {
  ExternalScalerService,
  type GetMetricSpecResponse,
  type GetMetricsRequest,
  type GetMetricsResponse,
  type IsActiveResponse,
  type ScaledObjectRef,
} from '../../generated/externalscaler.ts';

const METRIC = 'license-replicas';
const SPECS = [{ metricName: METRIC, targetSize: 1, targetSizeFloat: 1 }];

/** One call, as a server sees it. */
interface Call {
  readonly method: string;
  readonly request: unknown;
  readonly hasDeadline: boolean;
}

type Incoming =
  | ServerUnaryCall<ScaledObjectRef | GetMetricsRequest, unknown>
  | ServerWritableStream<ScaledObjectRef, IsActiveResponse | GetMetricSpecResponse>;

/** An external scaler that writes down who calls it, what for and how; every tenant should have 5 replicas. */
export class RecordingScaler {
  readonly address: string;
  /** Whether GetMetrics fails. */
  isFailing = false;
  readonly #server: Server;
  readonly #calls = new Map<string, Call[]>();
  readonly #connections = new Map<string, Set<string>>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.address = `127.0.0.1:${port}`;
  }

  static async start(): Promise<RecordingScaler> {
    const server = new Server();
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const scaler = new RecordingScaler(server, port);
    scaler.#serve();
    return scaler;
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  /** In order, of the clients with this gRPC library, such as `grpc-go`. */
  calls(library: string): readonly Call[] {
    return this.#calls.get(library) ?? [];
  }

  /** How many the clients with this library have made their calls on. */
  connections(library: string): number {
    return this.#connections.get(library)?.size ?? 0;
  }

  #serve(): void {
    this.#server.addService(ExternalScalerService, {
      getMetricSpec: (call: Incoming, done: sendUnaryData<GetMetricSpecResponse>) => {
        this.#note('GetMetricSpec', call);
        done(null, { metricSpecs: SPECS });
      },
      getMetrics: (call: Incoming, done: sendUnaryData<GetMetricsResponse>) => {
        this.#note('GetMetrics', call);
        const value = { metricName: METRIC, metricValue: 5, metricValueFloat: 5 };
        if (this.isFailing) done({ code: status.UNAVAILABLE, details: 'it fails' });
        else done(null, { metricValues: [value] });
      },
      isActive: (call: Incoming, done: sendUnaryData<IsActiveResponse>) => {
        this.#note('IsActive', call);
        done(null, { result: true });
      },
      streamIsActive: (call: ServerWritableStream<ScaledObjectRef, IsActiveResponse>) => {
        this.#note('StreamIsActive', call);
        call.write({ result: true });
      },
      streamMetricSpec: (call: ServerWritableStream<ScaledObjectRef, GetMetricSpecResponse>) => {
        this.#note('StreamMetricSpec', call);
        call.write({ metricSpecs: SPECS });
      },
    });
  }

  #note(method: string, call: Incoming): void {
    const library = String(call.metadata.get('user-agent')[0]).split('/')[0] ?? '';
    const hasDeadline = Number.isFinite(Number(call.getDeadline()));
    this.#calls.set(library, [
      ...this.calls(library),
      { method, request: call.request, hasDeadline },
    ]);
    const peers = this.#connections.get(library) ?? new Set();
    this.#connections.set(library, peers.add(call.getPeer()));
  }
}
