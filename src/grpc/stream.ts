/** The streaming RPCs: one subscription to the directory per call, and nothing left behind at its end. */
import type { ServerWritableStream } from '@grpc/grpc-js';
import { map } from 'rxjs';
import type {
  GetMetricSpecResponse,
  IsActiveResponse,
  ScaledObjectRef,
} from '../../generated/externalscaler.ts';
import { pushes } from '../pipeline/pushes.ts';
import { judging, triggerOf, type ScalerContext } from './context.ts';
import { Latest } from './latest.ts';
import { METRIC_SPECS } from './metric-specs.ts';
import { toRpcError } from './rpc-error.ts';
import type { Trigger } from '../core/trigger.ts';

type IsActiveCall = ServerWritableStream<ScaledObjectRef, IsActiveResponse>;
type MetricSpecCall = ServerWritableStream<ScaledObjectRef, GetMetricSpecResponse>;

/** Tells the state of one ScaledObject at open and whenever it changes, until the client or this server ends it. */
export function streamIsActive(context: ScalerContext, call: IsActiveCall): void {
  refuseOr(call, context, 'StreamIsActive', () => {
    const trigger = triggerOf(call.request);
    const release = context.demand.hold(trigger.tenant);
    const stopTelling = tell(context, call, trigger);
    keepOpen(context, call, 'StreamIsActive', () => {
      stopTelling();
      release();
    });
  });
}

/** Sends what GetMetricSpec answers, once, and stays open: an end would make KEDA come back. */
export function streamMetricSpec(context: ScalerContext, call: MetricSpecCall): void {
  keepOpen(context, call, 'StreamMetricSpec', () => undefined);
  call.write({ metricSpecs: METRIC_SPECS });
}

/** @returns what ends it */
function tell(context: ScalerContext, call: IsActiveCall, trigger: Trigger): () => void {
  const { directory, observer, queue, repeats } = context;
  const latest = new Latest({
    queue,
    onCoalesced: () => {
      observer.coalesced();
    },
    write: (push, done) => {
      call.write({ result: push.active }, done);
      observer.pushed(push);
    },
  });
  const verdicts$ = directory.watch(trigger.tenant).pipe(map(judging(context, trigger)));
  const subscription = pushes(verdicts$, repeats).subscribe({
    next: (push) => {
      latest.offer(push);
    },
    error: (error: unknown) => {
      observer.crashed('StreamIsActive', error);
      call.emit('error', toRpcError(error).toStatus());
    },
  });
  return () => {
    subscription.unsubscribe();
    latest.close();
  };
}

/** Counts the stream as open until it ends, in whatever way: `close` comes at every kind of end. */
function keepOpen(
  { streams, observer }: ScalerContext,
  call: IsActiveCall | MetricSpecCall,
  method: string,
  onEnd: () => void,
): void {
  const stream = {
    end: () => {
      call.end();
    },
  };
  observer.streamOpened(method);
  call.once('close', () => {
    onEnd();
    streams.delete(stream);
    observer.streamEnded(method, streams.isStopping ? 'shutdown' : 'client');
  });
  streams.add(stream);
}

function refuseOr(
  call: IsActiveCall,
  { observer }: ScalerContext,
  method: string,
  open: () => void,
): void {
  try {
    open();
  } catch (error) {
    const refusal = toRpcError(error);
    if (refusal !== error) observer.crashed(method, error);
    observer.streamEnded(method, 'refused');
    call.emit('error', refusal.toStatus());
  }
}
