import {
  Subject,
  filter,
  firstValueFrom,
  from,
  concat,
  merge,
  timeout,
  defer,
  takeUntil,
} from 'rxjs';
import type { KubernetesClient, KubernetesObject } from './kubernetes-client.ts';

/** The `spec.replicas` of a Deployment or StatefulSet became this. */
export interface ReplicaChange {
  /** Its namespace and name; of a StatefulSet with its kind before them. */
  readonly deployment: string;
  readonly replicas: number;
  /** When a watch showed it, in milliseconds since 1970. */
  readonly at: number;
}

interface Deployment extends KubernetesObject {
  readonly spec: { readonly replicas: number };
}

/** Everything that ever happened to `spec.replicas` of all Deployments and StatefulSets, by watches from now on. */
export class ReplicaRecord {
  /** In the order in which they happened; the first of a Deployment is what it was created or found with. */
  readonly changes: ReplicaChange[] = [];
  readonly #latest = new Map<string, number>();
  readonly #news$ = new Subject<ReplicaChange>();
  readonly #stop$ = new Subject<void>();

  constructor(client: KubernetesClient) {
    merge(
      client.watch<Deployment>('/apis/apps/v1/deployments'),
      client.watch<Deployment>('/apis/apps/v1/statefulsets'),
    )
      .pipe(takeUntil(this.#stop$))
      .subscribe(({ type, object, at }) => {
        this.#note(type === 'DELETED', object, at);
      });
  }

  /** Undefined where there is no such Deployment. */
  now(deployment: string): number | undefined {
    return this.#latest.get(deployment);
  }

  /** What it went through since a moment, in order. */
  course(deployment: string, since: number): number[] {
    return this.changes
      .filter((change) => change.deployment === deployment && change.at >= since)
      .map(({ replicas }) => replicas);
  }

  /** Every change since a moment, as "deployment: replicas", in order. */
  since(moment: number): string[] {
    return this.changes
      .filter(({ at }) => at >= moment)
      .map(({ deployment, replicas }) => `${deployment}: ${replicas}`);
  }

  /**
   * Resolves with the change by which the Deployment got to have so many replicas: one that has happened
   * since a moment, or the next one.
   *
   * @param within milliseconds from now; rejects when they are over
   */
  reached(
    deployment: string,
    replicas: number,
    { since = 0, within = 60_000 }: { since?: number; within?: number } = {},
  ): Promise<ReplicaChange> {
    const past$ = defer(() => from([...this.changes]));
    return firstValueFrom(
      concat(past$, this.#news$).pipe(
        filter((change) => change.deployment === deployment && change.replicas === replicas),
        filter(({ at }) => at >= since),
        timeout({
          first: within,
          with: () => {
            throw new Error(
              `${deployment} did not get to ${replicas} within ${within} ms: ${this.#story(deployment)}`,
            );
          },
        }),
      ),
    );
  }

  stop(): void {
    this.#stop$.next();
  }

  #note(isGone: boolean, { kind, metadata, spec: { replicas } }: Deployment, at: number): void {
    const name = `${metadata.namespace ?? ''}/${metadata.name}`;
    const deployment = kind === 'StatefulSet' ? `${kind} ${name}` : name;
    if (isGone) {
      this.#latest.delete(deployment);
    } else if (this.#latest.get(deployment) !== replicas) {
      this.#latest.set(deployment, replicas);
      const change = { deployment, replicas, at };
      this.changes.push(change);
      this.#news$.next(change);
    }
  }

  #story(deployment: string): string {
    const own = this.changes.filter((change) => change.deployment === deployment);
    return own.map(({ replicas, at }) => `${replicas} at ${new Date(at).toISOString()}`).join(', ');
  }
}
