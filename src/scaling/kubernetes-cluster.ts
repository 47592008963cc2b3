/** The cluster, by way of the Kubernetes client. The one file that loads it, and itself only loaded where it is wanted. */
import { accessSync, constants } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  CustomObjectsApi,
  KubeConfig,
  ServerConfiguration,
  createConfiguration,
} from '@kubernetes/client-node';
import { OperatorError, messageOf } from '../core/operator-error.ts';
import type { Millis } from '../core/time.ts';
import type { Cluster, Notice, Scale } from './cluster.ts';
import { explain, statusOf } from './refused.ts';
import { toScale } from './scale.ts';
import { toScaledObject, type ScaledObject, type Target } from './scaled-object.ts';
import { createTransport } from './transport.ts';

const KEDA = { group: 'keda.sh', version: 'v1alpha1', plural: 'scaledobjects' };
const EVENTS = { group: 'events.k8s.io', version: 'v1', plural: 'events' };
const COMPONENT = 'license-scaler';

export interface ClusterOptions {
  /** How long a request may take, its answer included; 5 s: after that KEDA's poll is about as fast. */
  readonly timeout?: Millis;
  /** Where the file system of the pod begins. */
  readonly root?: string;
}

/**
 * @param kubeconfig undefined: the service account of the pod, whose token is read again as it is replaced
 * @throws OperatorError where there is neither
 */
export function createCluster(
  kubeconfig: string | undefined,
  { timeout = 5_000, root = '' }: ClusterOptions = {},
): Cluster {
  const config = kubeconfig === undefined ? ofPod(root) : ofFile(kubeconfig);
  const parameters = createConfiguration({
    baseServer: new ServerConfiguration(config.getCurrentCluster()?.server ?? '', {}),
    authMethods: { default: config },
    promiseMiddleware: [createTransport(timeout)],
  });
  return new KubernetesCluster(new CustomObjectsApi(parameters), timeout);
}

function ofPod(root: string): KubeConfig {
  if (process.env['KUBERNETES_SERVICE_HOST'] === undefined) {
    throw new OperatorError(
      'suspension.mode scale and reinstatement push+scale need the Kubernetes API, and this is no pod: give kubernetes.kubeconfig',
    );
  }
  const account = join(root, SERVICE_ACCOUNT);
  for (const name of ['ca.crt', 'token']) expectReadable(account, name);
  const config = new KubeConfig();
  config.loadFromCluster(root);
  return config;
}

/** Where every client looks. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The client only looks when it needs them, which may be weeks after the start. */
function expectReadable(account: string, name: string): void {
  try {
    accessSync(join(account, name), constants.R_OK);
  } catch (error) {
    throw new OperatorError(
      `suspension.mode scale and reinstatement push+scale need the pod's service account, and its ${name} can't be read: ${messageOf(error)}: k8s/components/fast-suspension mounts it`,
    );
  }
}

function ofFile(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(kubeconfig);
  } catch (error) {
    throw new OperatorError(
      `kubernetes.kubeconfig ${kubeconfig} can't be read: ${messageOf(error)}`,
    );
  }
  if (config.getCurrentCluster() === null) {
    throw new OperatorError(
      `kubernetes.kubeconfig ${kubeconfig} has no cluster for its current-context (${JSON.stringify(config.getCurrentContext())})`,
    );
  }
  return config;
}

class KubernetesCluster implements Cluster {
  readonly #objects: CustomObjectsApi;
  readonly #timeout: Millis;
  /** Names of Events have to differ. */
  #announced = 0;

  constructor(objects: CustomObjectsApi, timeout: Millis) {
    this.#objects = objects;
    this.#timeout = timeout;
  }

  readScaledObject(namespace: string, name: string): Promise<ScaledObject | undefined> {
    return this.#ask(`get scaledobjects ${namespace}/${name}`, toScaledObject, () =>
      this.#objects.getNamespacedCustomObject({ ...KEDA, namespace, name }),
    );
  }

  readScale(target: Target): Promise<Scale | undefined> {
    return this.#ask(`get ${scaleOf(target)}`, toScale, () =>
      this.#objects.getNamespacedCustomObjectScale(pathOf(target)),
    );
  }

  writeScale(target: Target, read: Scale, replicas: number): Promise<Scale | undefined> {
    const { resourceVersion } = read;
    const body = { metadata: { resourceVersion }, spec: { replicas } };
    const patch = { ...pathOf(target), body, fieldManager: COMPONENT };
    return this.#ask(
      `patch ${scaleOf(target)}`,
      toScale,
      () => this.#objects.patchNamespacedCustomObjectScale(patch),
      [404, 409],
    );
  }

  async announce({ namespace, name, uid }: ScaledObject, notice: Notice): Promise<void> {
    const event = `${name}.${Date.now().toString(16)}${(this.#announced++).toString(16)}`;
    const body = {
      apiVersion: `${EVENTS.group}/${EVENTS.version}`,
      kind: 'Event',
      metadata: { name: event, namespace },
      // Microseconds, all six of them, or it is refused.
      eventTime: new Date().toISOString().replace('Z', '000Z'),
      type: 'Normal',
      reason: notice.reason,
      action: notice.reason,
      note: notice.message.slice(0, LONGEST_NOTE),
      regarding: { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', namespace, name, uid },
      reportingController: COMPONENT,
      reportingInstance: hostname(),
    };
    await this.#ask(
      `create events in ${namespace}`,
      () => undefined,
      () => this.#objects.createNamespacedCustomObject({ ...EVENTS, namespace, body }),
      [],
    );
  }

  /** @returns undefined where the answer is one of those that say it is not there, or not so any more */
  async #ask<T>(
    what: string,
    read: (body: unknown) => T,
    send: () => Promise<unknown>,
    missing: readonly number[] = [404],
  ): Promise<T | undefined> {
    try {
      return read(await send());
    } catch (error) {
      if (missing.includes(statusOf(error) ?? 0)) return undefined;
      throw new Error(`${what}: ${explain(error, this.#timeout)}`, { cause: error });
    }
  }
}

/** What the API server allows, in characters. */
const LONGEST_NOTE = 1_000;

function pathOf({ group, version, resource, namespace, name }: Target) {
  return { group, version, plural: resource, namespace, name };
}

function scaleOf({ resource, namespace, name }: Target): string {
  return `${resource}/scale ${namespace}/${name}`;
}
