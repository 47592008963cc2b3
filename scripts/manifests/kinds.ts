import { ClusterTriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1/ClusterTriggerAuthentication';
import { ScaledJob } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledJob';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication';
import { DaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { CronJob } from 'kubernetes-models/batch/v1/CronJob';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ClusterRole } from 'kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRole';
import { ClusterRoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRoleBinding';
import { Role } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import { RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Pod } from 'kubernetes-models/v1/Pod';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { CUSTOM_KINDS } from './custom-kinds.ts';
import type { Manifest } from './manifest.ts';
import { checkByModel, type Model } from './model.ts';
import { takeNewerFields } from './newer-fields.ts';
import { toProblems, type Finding, type Problem } from './problem.ts';
import { checkBySchema } from './schema.ts';

const MODELS = {
  ClusterRole,
  ClusterRoleBinding,
  ClusterTriggerAuthentication,
  ConfigMap,
  CronJob,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  Namespace,
  NetworkPolicy,
  Pod,
  PodDisruptionBudget,
  Role,
  RoleBinding,
  ScaledJob,
  ScaledObject,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
  TriggerAuthentication,
};

/** The kinds that have a model. */
export type Kind = keyof typeof MODELS;

/** An object of a kind, once its shape was checked. */
export type ManifestOf<K extends Kind> = Manifest & InstanceType<(typeof MODELS)[K]>;

const BY_ID = new Map<string, Model>(
  Object.values(MODELS).map((model) => [`${model.apiVersion}/${model.kind}`, model]),
);

/** The objects of a kind, among objects whose shape was checked. */
export function ofKind<K extends Kind>(objects: readonly Manifest[], kind: K): ManifestOf<K>[] {
  return objects.filter((object) => object.kind === kind) as ManifestOf<K>[];
}

/** Checks that the object is of a kind that is known, and has the fields of it and no others. */
export function checkShape(manifest: Manifest): readonly Problem[] {
  return toProblems(manifest, [], findingsOf(manifest));
}

function findingsOf(manifest: Manifest): readonly Finding[] {
  const id = `${manifest.apiVersion}/${manifest.kind}`;
  const schema = CUSTOM_KINDS[id];
  if (schema !== undefined) return checkBySchema(schema, manifest);
  const model = BY_ID.get(id);
  if (model === undefined) return [{ path: ['kind'], message: unknownKind(id) }];
  const { findings, rest } = takeNewerFields(manifest);
  return [...findings, ...checkByModel(model, rest)];
}

function unknownKind(id: string): string {
  const known = [...BY_ID.keys(), ...Object.keys(CUSTOM_KINDS)].sort().join(', ');
  return `is no kind that can be checked (${id}), allowed are ${known}: correct apiVersion and kind, or add the kind to scripts/manifests/kinds.ts`;
}
