import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filter, firstValueFrom, timeout } from 'rxjs';
import { kedaCrdsPath } from '../build/binaries.ts';
import type { KedaModule } from '../build/versions.ts';
import { kubectl } from '../client/kubectl.ts';
import { KubernetesClient, type KubernetesObject } from '../client/kubernetes-client.ts';
import type { ManagedProcess } from '../processes/managed-process.ts';
import { answering } from '../processes/ready.ts';
import type { Stage } from '../processes/stage.ts';
import { etcd, etcdHealth } from './etcd.ts';
import {
  kedaAdapter,
  kedaAdapterHealth,
  kedaObjects,
  kedaOperator,
  kedaOperatorHealth,
} from './keda.ts';
import { kubeApiServer, kubeApiServerHealth } from './kube-apiserver.ts';
import { kubeControllerManager, kubeControllerManagerHealth } from './kube-controller-manager.ts';
import { kubeconfigOf, prepareSite, type Site } from './site.ts';

/** A Kubernetes control plane with KEDA, as plain processes on loopback. There are no nodes: pods stay pending. */
export class Cluster {
  readonly client: KubernetesClient;
  readonly #stage: Stage;
  readonly #site: Site;
  #operator!: ManagedProcess;

  private constructor(stage: Stage, site: Site) {
    this.#stage = stage;
    this.#site = site;
    this.client = new KubernetesClient(site);
  }

  /** Resolves when everything works; rejects with the log of what does not. The stage ends its processes. */
  static async start(stage: Stage, keda: KedaModule): Promise<Cluster> {
    const cluster = new Cluster(stage, await prepareSite(stage.folder, keda));
    await cluster.#startKubernetes();
    await cluster.#startKeda();
    return cluster;
  }

  /** Runs kubectl with all rights, and returns what it printed. */
  kubectl(args: readonly string[], input?: string): Promise<string> {
    return kubectl(this.#site, args, input);
  }

  /**
   * Writes a kubeconfig for license-scaler, which may do what roles give it.
   *
   * @param port of loopback at which it reaches the API server; undefined: the API server's own
   */
  async scalerKubeconfig(port = this.#site.ports.apiServer): Promise<string> {
    const { caFile, scalerToken } = this.#site.credentials;
    const path = join(this.#site.folder, `scaler-${port}.json`);
    const config = kubeconfigOf(`https://127.0.0.1:${port}`, caFile, scalerToken);
    await writeFile(path, JSON.stringify(config), { mode: 0o600 });
    return path;
  }

  /** The API server's port on loopback. */
  get port(): number {
    return this.#site.ports.apiServer;
  }

  /** Applies objects, as `kubectl apply` does with a file of them. */
  async apply(objects: readonly object[]): Promise<void> {
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    await this.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(list));
  }

  /** @param flags beside or in place of those of KEDA's own Deployment */
  async startOperator(flags: readonly string[] = []): Promise<void> {
    this.#operator = this.#stage.start(kedaOperator(this.#site, flags));
    await answering(this.#operator, kedaOperatorHealth(this.#site));
  }

  /** Stops KEDA's operator in order, as a rollout does, or as a crash would. */
  async stopOperator(how: 'stop' | 'kill' = 'stop'): Promise<void> {
    await this.#operator[how]();
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  async #startKubernetes(): Promise<void> {
    await this.#start(etcd(this.#site), etcdHealth(this.#site));
    await this.#start(kubeApiServer(this.#site), kubeApiServerHealth(this.#site));
    await Promise.all([
      this.#start(kubeControllerManager(this.#site), kubeControllerManagerHealth(this.#site)),
      this.kubectl(['apply', '--server-side', '-f', kedaCrdsPath(this.#site.keda)]),
    ]);
  }

  async #startKeda(): Promise<void> {
    await this.kubectl(['wait', '--for=condition=Established', 'crd', '--all']);
    await this.apply(kedaObjects(this.#site));
    await Promise.all([
      this.startOperator(),
      this.#start(kedaAdapter(this.#site), kedaAdapterHealth(this.#site)),
    ]);
    await this.#servesMetrics();
  }

  async #start(program: Parameters<Stage['start']>[0], health: string): Promise<void> {
    await answering(this.#stage.start(program), health, this.#site.credentials.ca);
  }

  /** Until the API server has found out that it reaches the adapter. */
  async #servesMetrics(): Promise<void> {
    const services = this.client.watch<ApiService>('/apis/apiregistration.k8s.io/v1/apiservices');
    await firstValueFrom(
      services.pipe(
        filter(({ object: { metadata, status } }) => {
          if (metadata.name !== 'v1beta1.external.metrics.k8s.io') return false;
          const conditions = status?.conditions ?? [];
          return conditions.some((each) => each.type === 'Available' && each.status === 'True');
        }),
        timeout({ first: 60_000 }),
      ),
    );
  }
}

interface ApiService extends KubernetesObject {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}
