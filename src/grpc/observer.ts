import type { Push } from '../pipeline/pushes.ts';

/** Why a stream ended: by the client, by this server stopping, or because it never should have begun. */
type StreamEnd = 'client' | 'shutdown' | 'refused';

/** What the gRPC edge tells whoever counts and logs. Calls must be cheap and must not throw. */
export interface GrpcObserver {
  streamOpened(method: string): void;
  streamEnded(method: string, end: StreamEnd): void;
  pushed(push: Push): void;
  coalesced(): void;
  /** @param code the status' name, such as `OK` or `UNAVAILABLE` */
  answered(method: string, code: string, seconds: number): void;
  /** A handler failed in a way that it should not: the caller was told INTERNAL and nothing else. */
  crashed(method: string, error: unknown): void;
}
