import type { TenantId } from '../core/tenant.ts';
import type { Push } from '../pipeline/pushes.ts';

/**
 * Why a stream that was open ended: by the client (or the loss of its connection), by this server stopping,
 * or because something failed here that should not.
 */
type StreamEnd = 'client' | 'shutdown' | 'error';

/** A stream that was not opened, and what the caller was told instead. */
export interface Refusal {
  /** `namespace/name` of the ScaledObject. */
  readonly scaledObject: string;
  readonly method: string;
  /** The status' name, such as `INVALID_ARGUMENT`. */
  readonly code: string;
  readonly why: string;
}

/** What the gRPC edge tells whoever counts and logs. Calls must be cheap and must not throw. */
export interface GrpcObserver {
  /** @param userAgent as the client sent it */
  streamOpened(method: string, userAgent: string | undefined): void;
  /** Comes once for each stream that was opened, with the same user agent. */
  streamEnded(method: string, end: StreamEnd, userAgent: string | undefined): void;
  streamRefused(refusal: Refusal): void;
  /** A message was written to a StreamIsActive. */
  pushed(push: Push, tenant: TenantId): void;
  coalesced(): void;
  /** @param code the status' name, such as `OK` or `UNAVAILABLE` */
  answered(method: string, code: string, seconds: number): void;
  /** A handler failed in a way that it should not: the caller was told INTERNAL and nothing else. */
  crashed(method: string, error: unknown): void;
}
