/** What this room needs of a Kubernetes cluster. */
import type { ScaledObject, Target } from './scaled-object.ts';

/** The `scale` subresource of a target, as it was read. */
export interface Scale {
  readonly replicas: number;
  /** A write is refused where it is not this any more. */
  readonly resourceVersion: string;
}

/** An Event on a ScaledObject. */
export interface Notice {
  readonly reason: 'LicenseSuspended' | 'LicenseReinstated';
  /** A sentence. */
  readonly message: string;
}

/**
 * The cluster. Every method rejects with an `Error` whose message says what was asked and what came back, where the
 * API server can't be reached, is too slow or says no.
 */
export interface Cluster {
  /** @returns undefined where there is none of that name */
  readScaledObject(namespace: string, name: string): Promise<ScaledObject | undefined>;
  /** @returns undefined where the target is not there */
  readScale(target: Target): Promise<Scale | undefined>;
  /** @returns the scale as it is then; undefined where it was changed since it was read, and is left as it is */
  writeScale(target: Target, read: Scale, replicas: number): Promise<Scale | undefined>;
  announce(scaledObject: ScaledObject, notice: Notice): Promise<void>;
}
