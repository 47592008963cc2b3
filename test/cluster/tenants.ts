import { loadAll } from 'js-yaml';
import type { KubernetesObject } from './client/kubernetes-client.ts';
import type { Cluster } from './control-plane/cluster.ts';

const MANIFESTS = new URL('../../k8s', import.meta.url).pathname;

/** What these tests look at of a ScaledObject. */
interface ScaledObject extends KubernetesObject {
  readonly spec: ScaledObjectSpec;
}

export interface ScaledObjectSpec {
  readonly pollingInterval?: number;
  readonly triggers: readonly Trigger[];
  readonly [more: string]: unknown;
}

/** What KEDA says of a ScaledObject. */
export interface ScaledObjectStatus {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
    }[];
  };
}

export interface Trigger {
  readonly type: string;
  readonly name?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The repository's own tenants as KEDA is given them, with two differences: the scaler is at this address, and
 * there is no cooldown, which would only add its own length to what is measured.
 *
 * @param change further fields of every ScaledObject's spec, in place of those of the manifests
 * @param folder of other manifests of the repository, under `k8s`
 */
export async function tenantObjects(
  cluster: Cluster,
  scalerAddress: string,
  change: Partial<ScaledObjectSpec> = {},
  folder = 'tenants',
): Promise<readonly KubernetesObject[]> {
  const text = await cluster.kubectl(['kustomize', `${MANIFESTS}/${folder}`]);
  return (loadAll(text) as KubernetesObject[]).map((object) => {
    if (!isScaledObject(object)) return object;
    const triggers = object.spec.triggers.map((trigger) =>
      trigger.metadata.scalerAddress === undefined
        ? trigger
        : { ...trigger, metadata: { ...trigger.metadata, scalerAddress } },
    );
    return { ...object, spec: { ...object.spec, cooldownPeriod: 0, triggers, ...change } };
  });
}

/** The objects of tenant-a, for each of these tenants. */
export function forTenants<T>(objects: readonly T[], tenants: readonly string[]): readonly T[] {
  const text = JSON.stringify(
    objects.filter((object) => JSON.stringify(object).includes('"tenant-a"')),
  );
  return tenants.flatMap((tenant) => JSON.parse(text.replaceAll('tenant-a', tenant)) as T[]);
}

/** The same, with the ScaledObjects as the change makes them. */
export function withSpec(
  objects: readonly KubernetesObject[],
  change: (spec: ScaledObjectSpec) => Partial<ScaledObjectSpec>,
): readonly KubernetesObject[] {
  return objects.map((object) =>
    isScaledObject(object)
      ? { ...object, spec: { ...object.spec, ...change(object.spec) } }
      : object,
  );
}

/** The reasons of all Events on the ScaledObject of a tenant. */
export async function eventsOf(cluster: Cluster, tenant: string): Promise<readonly string[]> {
  const { items } = await cluster.client.get<EventList>(`/api/v1/namespaces/${tenant}/events`);
  return items
    .filter(({ involvedObject }) => involvedObject.kind === 'ScaledObject')
    .map(({ reason }) => reason);
}

interface EventList {
  readonly items: readonly {
    readonly reason: string;
    readonly involvedObject: { readonly kind: string };
  }[];
}

/** The Deployment of a tenant, as replicas are recorded. */
export function workloadOf(tenant: string): string {
  return `${tenant}/scaled-service`;
}

/** Where the API server has the ScaledObject of a tenant. */
export function scaledObjectPath(tenant: string): string {
  return `/apis/keda.sh/v1alpha1/namespaces/${tenant}/scaledobjects/scaled-service`;
}

/** Where the API server has the count of a tenant's replicas. */
export function scalePath(tenant: string): string {
  return `/apis/apps/v1/namespaces/${tenant}/deployments/scaled-service/scale`;
}

function isScaledObject(object: KubernetesObject): object is ScaledObject {
  return object.kind === 'ScaledObject';
}
