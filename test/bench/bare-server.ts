/** The yardstick: a plain grpc-js server that writes to the streams it holds, and knows nothing else. */
import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import {
  ExternalScalerService,
  type ExternalScalerServer,
  type IsActiveResponse,
  type ScaledObjectRef,
} from '../../generated/externalscaler.ts';
import { TENANTS, tenantName } from './messages.ts';
import { obey } from './server-process.ts';

const calls = new Map<string, ServerWritableStream<ScaledObjectRef, IsActiveResponse>>();
const metricSpecs = [{ metricName: 'license-replicas', targetSize: 1, targetSizeFloat: 1 }];
const metricValues = [{ metricName: 'license-replicas', metricValue: 2, metricValueFloat: 2 }];

const implementation: ExternalScalerServer = {
  isActive: (_call, callback) => {
    callback(null, { result: true });
  },
  getMetricSpec: (_call, callback) => {
    callback(null, { metricSpecs });
  },
  getMetrics: (_call, callback) => {
    callback(null, { metricValues });
  },
  streamIsActive: (call) => {
    calls.set(call.request.namespace, call);
    call.write({ result: true });
  },
  streamMetricSpec: (call) => {
    call.write({ metricSpecs });
  },
};

const server = new Server();
server.addService(ExternalScalerService, implementation);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  obey(port, 0, {
    one: (tenant, active) => {
      calls.get(tenantName(tenant))?.write({ result: active });
    },
    all: (active) => {
      for (let tenant = 0; tenant < TENANTS; tenant++) {
        calls.get(tenantName(tenant))?.write({ result: active });
      }
    },
  });
});
