/** The streaming RPCs: one subscription to the directory per call, and nothing left behind at its end. */
import type { ServerWritableStream } from '@grpc/grpc-js';
import type {
  GetMetricSpecResponse,
  IsActiveResponse,
  ScaledObjectRef,
} from '../../generated/externalscaler.ts';
import type { Trigger } from '../core/trigger.ts';
import { pushes, type Push } from '../pipeline/pushes.ts';
import { judging, triggerOf, type ScalerContext } from './context.ts';
import { Latest, type Outlet } from './latest.ts';
import { METRIC_SPECS } from './metric-specs.ts';
import type { GrpcObserver } from './observer.ts';
import { toRpcError } from './rpc-error.ts';

type IsActiveCall = ServerWritableStream<ScaledObjectRef, IsActiveResponse>;
type MetricSpecCall = ServerWritableStream<ScaledObjectRef, GetMetricSpecResponse>;

/** Tells the state of one ScaledObject at open and whenever it changes, until the client or this server ends it. */
export function streamIsActive(context: ScalerContext, call: IsActiveCall): void {
  const method = 'StreamIsActive';
  try {
    keepOpen(context, call, method, tell(context, call, triggerOf(call.request)));
  } catch (error) {
    const refusal = toRpcError(error);
    if (refusal !== error) context.observer.crashed(method, error);
    context.observer.streamEnded(method, 'refused');
    call.emit('error', refusal.toStatus());
  }
}

/** Sends what GetMetricSpec answers, once, and stays open: an end would make KEDA come back. */
export function streamMetricSpec(context: ScalerContext, call: MetricSpecCall): void {
  keepOpen(context, call, 'StreamMetricSpec', () => undefined);
  call.write({ metricSpecs: METRIC_SPECS });
}

/** Writes what is to be told of a trigger. @returns what ends it */
function tell(context: ScalerContext, call: IsActiveCall, trigger: Trigger): () => void {
  const { directory, demand, observer, queue, repeats } = context;
  const release = demand.hold(trigger.tenant);
  const latest = new Latest(queue, new CallOutlet(call, observer));
  const pushes$ = pushes(directory.watch(trigger.tenant), judging(context, trigger), repeats);
  const subscription = pushes$.subscribe({
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
    release();
  };
}

class CallOutlet implements Outlet {
  readonly #call: IsActiveCall;
  readonly #observer: GrpcObserver;

  constructor(call: IsActiveCall, observer: GrpcObserver) {
    this.#call = call;
    this.#observer = observer;
  }

  write(push: Push, done: () => void): void {
    this.#call.write({ result: push.active }, done);
    this.#observer.pushed(push);
  }

  coalesced(): void {
    this.#observer.coalesced();
  }
}

/** Counts the stream as open until it ends, in whatever way: `close` comes at every kind of end. */
function keepOpen(
  { streams, observer }: ScalerContext,
  call: IsActiveCall | MetricSpecCall,
  method: string,
  onEnd: () => void,
): void {
  observer.streamOpened(method);
  call.once('close', () => {
    onEnd();
    streams.delete(call);
    observer.streamEnded(method, streams.isStopping ? 'shutdown' : 'client');
  });
  streams.add(call);
}
