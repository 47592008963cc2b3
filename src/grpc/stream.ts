/** The streaming RPCs: one subscription to the directory per call, and nothing left behind at its end. */
import { status, type ServerWritableStream } from '@grpc/grpc-js';
import type { Observer, Subscription } from 'rxjs';
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
import type { GrpcObserver, Refusal } from './observer.ts';
import type { Endable } from './open-streams.ts';
import type { Renewals } from './renewals.ts';
import { toRpcError, type RpcError } from './rpc-error.ts';
import type { ScaledObjectEntry } from './scaled-object-entry.ts';
import type { ScaledObjects } from './scaled-objects.ts';

type IsActiveCall = ServerWritableStream<ScaledObjectRef, IsActiveResponse>;
type MetricSpecCall = ServerWritableStream<ScaledObjectRef, GetMetricSpecResponse>;

/** Tells the state of one ScaledObject at open and whenever it changes, until the client or this server ends it. */
export function streamIsActive(context: ScalerContext, call: IsActiveCall): void {
  const method = 'StreamIsActive';
  try {
    keepOpen(
      context,
      call,
      method,
      new IsActiveStream(context, call, triggerOf(context, call.request)),
    );
  } catch (error) {
    const refusal = toRpcError(error);
    if (refusal !== error) context.observer.crashed(method, error);
    context.observer.streamRefused(toRefusal(method, call.request, refusal));
    call.emit('error', refusal.toStatus());
  }
}

function toRefusal(
  method: string,
  { namespace, name }: ScaledObjectRef,
  { code, message }: RpcError,
): Refusal {
  return { method, scaledObject: `${namespace}/${name}`, code: status[code], why: message };
}

/** Sends what GetMetricSpec answers, once, and stays open: an end would make KEDA come back. */
export function streamMetricSpec(context: ScalerContext, call: MetricSpecCall): void {
  call.write({ metricSpecs: METRIC_SPECS });
  const end = (): void => {
    call.end();
  };
  keepOpen(context, call, 'StreamMetricSpec', { end, close: () => undefined, hasFailed: false });
}

/** What a stream holds as long as it is open. */
interface OpenStream extends Endable {
  /** Whether it ends because something failed here that should not. */
  readonly hasFailed: boolean;
  close(): void;
}

/** One open StreamIsActive. An object of its own, and no closures, for KEDA has one for every ScaledObject. */
class IsActiveStream implements OpenStream, Outlet, Observer<Push> {
  readonly #call: IsActiveCall;
  readonly #observer: GrpcObserver;
  readonly #latest: Latest;
  readonly #subscription: Subscription;
  readonly #release: () => void;
  readonly #renewals: Renewals;
  #isClosed = false;
  readonly #scaledObjects: ScaledObjects;
  /** Until it is closed. */
  #entry: ScaledObjectEntry | undefined;
  hasFailed = false;

  constructor(context: ScalerContext, call: IsActiveCall, trigger: Trigger) {
    const { directory, demand, observer, queue, renewals, repeats, scaledObjects } = context;
    this.#call = call;
    this.#observer = observer;
    this.#latest = new Latest(queue, this);
    this.#release = demand.hold(trigger.tenant);
    this.#renewals = renewals;
    const isRenewed = renewals.opens(this.#name());
    this.#scaledObjects = scaledObjects;
    this.#entry = scaledObjects.seen(call.request, trigger, call);
    scaledObjects.opened(this.#entry);
    const outlooks$ = directory.watch(trigger.tenant);
    this.#subscription = pushes(outlooks$, judging(context, trigger), repeats, isRenewed).subscribe(
      this,
    );
  }

  next(push: Push): void {
    this.#latest.offer(push);
  }

  error(error: unknown): void {
    this.#observer.crashed('StreamIsActive', error);
    this.hasFailed = true;
    this.#call.emit('error', toRpcError(error).toStatus());
  }

  complete(): void {
    this.end();
  }

  write(push: Push, done: () => void): void {
    this.#call.write({ result: push.active }, done);
    const entry = this.#entry;
    if (entry === undefined) return;
    this.#observer.pushed(push, entry.trigger.tenant);
    entry.said(push.active);
  }

  coalesced(): void {
    this.#observer.coalesced();
  }

  /** Nothing more is written first: a write after the end would take the status away from the client. */
  end(): void {
    this.close();
    this.#call.end();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#renewals.ends(this.#name());
    this.#subscription.unsubscribe();
    this.#latest.close();
    this.#release();
    if (this.#entry !== undefined) this.#scaledObjects.closed(this.#entry);
    this.#entry = undefined;
  }

  #name(): string {
    const { namespace, name } = this.#call.request;
    return `${namespace}/${name}`;
  }
}

/** Counts the stream as open until it ends, in whatever way: `close` comes at every kind of end. */
function keepOpen(
  { streams, observer }: ScalerContext,
  call: IsActiveCall | MetricSpecCall,
  method: string,
  stream: OpenStream,
): void {
  observer.streamOpened(method, userAgentOf(call));
  call.once('close', () => {
    stream.close();
    streams.delete(stream);
    const end = streams.isStopping ? 'shutdown' : 'client';
    observer.streamEnded(method, stream.hasFailed ? 'error' : end, userAgentOf(call));
  });
  streams.add(stream);
}

/** Read again when it is needed: there is a call for every ScaledObject, and it has its headers anyway. */
function userAgentOf({ metadata }: IsActiveCall | MetricSpecCall): string | undefined {
  return metadata.get('user-agent')[0]?.toString();
}
