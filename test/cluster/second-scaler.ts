import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import {
  ExternalScalerService,
  type GetMetricsResponse,
  type GetMetricSpecResponse,
  type IsActiveResponse,
} from '../../generated/externalscaler.ts';

const METRIC = 'queue-length';

/** Somebody else's external scaler: the length of a queue, which a scenario sets. */
export class SecondScaler {
  /** What a ScaledObject calls `scalerAddress`. */
  readonly address: string;
  /** Undefined: it fails. */
  length: number | undefined = 0;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.address = `127.0.0.1:${port}`;
  }

  static async start(): Promise<SecondScaler> {
    const server = new Server();
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const scaler = new SecondScaler(server, port);
    server.addService(ExternalScalerService, scaler.#implementation());
    return scaler;
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  #implementation(): UntypedServiceImplementation {
    return {
      getMetricSpec: (_call: unknown, done: sendUnaryData<GetMetricSpecResponse>) => {
        done(null, {
          metricSpecs: [{ metricName: METRIC, targetSize: 1, targetSizeFloat: 1 }],
        });
      },
      isActive: (_call: unknown, done: sendUnaryData<IsActiveResponse>) => {
        if (this.length === undefined) fail(done);
        else done(null, { result: this.length > 0 });
      },
      getMetrics: (_call: unknown, done: sendUnaryData<GetMetricsResponse>) => {
        if (this.length === undefined) fail(done);
        else done(null, { metricValues: [toValue(this.length)] });
      },
    };
  }
}

function toValue(length: number): GetMetricsResponse['metricValues'][number] {
  return { metricName: METRIC, metricValue: length, metricValueFloat: length };
}

function fail<T>(done: sendUnaryData<T>): void {
  done({ code: status.UNAVAILABLE, details: 'the queue can not be read' });
}
