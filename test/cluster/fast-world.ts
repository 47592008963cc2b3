import { expired, licensed } from '../e2e/world.ts';
import type { KubernetesObject } from './client/kubernetes-client.ts';
import type { LicenseServiceProcess } from './license-service.ts';
import type { Scene } from './in-cluster.ts';
import type { ScalerConfig } from './scaler.ts';
import { scalerRights } from './scaler-rights.ts';
import { workloadOf } from './tenants.ts';

/** What license-scaler is to do by itself. */
export interface Wishes {
  readonly kubeconfig: string;
  /** Default: suspend. */
  readonly suspension?: Readonly<Record<string, unknown>>;
  readonly reinstatement?: 'push' | 'push+scale';
}

/** The configuration of a scaler that scales by itself, which asks for all tenants at once. */
export function fastConfig(service: LicenseServiceProcess, wishes: Wishes): ScalerConfig {
  const { kubeconfig, suspension = { mode: 'scale' }, reinstatement = 'push' } = wishes;
  return {
    licenseService: { url: service.url, mode: 'list', interval: '500ms', timeout: '2s' },
    suspension,
    reinstatement,
    kubernetes: { kubeconfig },
    shutdown: { delay: '0s' },
  };
}

/** Gives the scaler its rights. */
export async function grant({ cluster }: Scene): Promise<void> {
  await cluster.apply(await scalerRights());
}

/** Who has a license, of tenants that are all known to the license service. */
export class Licenses {
  readonly #service: LicenseServiceProcess;
  readonly #tenants: readonly string[];
  readonly #lapsed: Set<string>;

  constructor(
    service: LicenseServiceProcess,
    tenants: readonly string[],
    lapsed: readonly string[] = [],
  ) {
    this.#service = service;
    this.#tenants = tenants;
    this.#lapsed = new Set(lapsed);
  }

  /** Ends licenses. */
  async end(...tenants: readonly string[]): Promise<void> {
    for (const tenant of tenants) this.#lapsed.add(tenant);
    await this.#write();
  }

  /** Gives them back. */
  async give(...tenants: readonly string[]): Promise<void> {
    for (const tenant of tenants) this.#lapsed.delete(tenant);
    await this.#write();
  }

  async #write(): Promise<void> {
    await this.#service.write(
      this.#tenants.map((tenant) =>
        this.#lapsed.has(tenant) ? expired(tenant) : licensed(tenant),
      ),
    );
  }
}

/** The same tenants with a StatefulSet in place of the Deployment. */
export function asStatefulSets(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.map((object) => {
    if (object.kind === 'Deployment') {
      const { spec } = object as Workload;
      return { ...object, kind: 'StatefulSet', spec: { ...spec, serviceName: 'scaled-service' } };
    }
    if (object.kind !== 'ScaledObject') return object;
    const { spec } = object as Workload;
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'scaled-service' };
    return { ...object, spec: { ...spec, scaleTargetRef } };
  });
}

interface Workload extends KubernetesObject {
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The StatefulSet of a tenant, as replicas are recorded. */
export function statefulSetOf(tenant: string): string {
  return `StatefulSet ${workloadOf(tenant)}`;
}
