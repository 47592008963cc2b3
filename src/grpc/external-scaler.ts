import { status, type handleUnaryCall, type ServerUnaryCall } from '@grpc/grpc-js';
import type { ExternalScalerServer } from '../../generated/externalscaler.ts';
import type { ScalerContext } from './context.ts';
import { toRpcError } from './rpc-error.ts';
import { streamIsActive, streamMetricSpec } from './stream.ts';
import { getMetricSpec, getMetrics, isActive } from './unary.ts';

/** KEDA's external scaler: the five RPCs, each answered from the same directory. */
export function createExternalScaler(context: ScalerContext): ExternalScalerServer {
  return {
    isActive: unary(context, 'IsActive', isActive),
    getMetricSpec: unary(context, 'GetMetricSpec', getMetricSpec),
    getMetrics: unary(context, 'GetMetrics', getMetrics),
    streamIsActive: (call) => {
      streamIsActive(context, call);
    },
    streamMetricSpec: (call) => {
      streamMetricSpec(context, call);
    },
  };
}

/** Turns a function into a handler that counts, and that never lets an unforeseen error out in full. */
function unary<Request, Response>(
  context: ScalerContext,
  method: string,
  answer: (
    context: ScalerContext,
    request: Request,
    call: ServerUnaryCall<Request, Response>,
  ) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  const { observer } = context;
  const finish = (code: status, startedAt: number): void => {
    observer.answered(method, status[code], (performance.now() - startedAt) / 1000);
  };
  return (call, callback) => {
    const startedAt = performance.now();
    void Promise.resolve(call.request)
      .then((request) => answer(context, request, call))
      .then(
        (response) => {
          finish(status.OK, startedAt);
          callback(null, response);
        },
        (error: unknown) => {
          const refusal = toRpcError(error);
          if (refusal !== error) observer.crashed(method, error);
          finish(refusal.code, startedAt);
          callback(refusal.toStatus());
        },
      );
  };
}
