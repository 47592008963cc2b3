/** A ScaledObject as the API server has it: the part of it that decides whether its target may be scaled from here. */
import { z } from 'zod';
import { read } from './read.ts';

const schema = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    annotations: z.record(z.string(), z.string()).optional(),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.object({
    scaleTargetRef: z.object({
      // KEDA's defaults, which it takes for an empty text as well.
      apiVersion: z.string().min(1).catch('apps/v1'),
      kind: z.string().min(1).catch('Deployment'),
      name: z.string(),
    }),
    minReplicaCount: z.int().optional(),
    maxReplicaCount: z.int().optional(),
    idleReplicaCount: z.int().optional(),
    triggers: z.array(
      z.object({ type: z.string(), metadata: z.record(z.string(), z.string()).optional() }),
    ),
    advanced: z
      .object({
        scalingModifiers: z
          .object({ formula: z.string().min(1).optional().catch(undefined) })
          .optional(),
      })
      .optional(),
  }),
  status: z
    .object({
      scaleTargetGVKR: z
        .object({ group: z.string(), version: z.string(), kind: z.string(), resource: z.string() })
        .optional(),
    })
    .optional(),
});

/** What a ScaledObject scales, by the name that the API server has for it. */
export interface Target {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The plural, in lower case. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

export interface ScaledObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly isBeingDeleted: boolean;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Where the target goes when nothing is active; undefined: to `minReplicas`. */
  readonly idleReplicas: number | undefined;
  readonly triggers: readonly ManifestTrigger[];
  readonly formula: string | undefined;
  /** Undefined until KEDA has found it, which is after every change of what it is. */
  readonly target: Target | undefined;
}

/** A trigger as it is written. */
export interface ManifestTrigger {
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** KEDA's own default. */
const DEFAULT_MAX = 100;

/** @throws Error that names what is missing: then it is no ScaledObject of `keda.sh/v1alpha1` */
export function toScaledObject(body: unknown): ScaledObject {
  const { metadata, spec, status } = read('ScaledObject', schema, body);
  const { namespace, name, uid } = metadata;
  return {
    namespace,
    name,
    uid,
    annotations: metadata.annotations ?? {},
    isBeingDeleted: metadata.deletionTimestamp !== undefined,
    minReplicas: spec.minReplicaCount ?? 0,
    maxReplicas: spec.maxReplicaCount ?? DEFAULT_MAX,
    idleReplicas: spec.idleReplicaCount,
    triggers: spec.triggers.map(({ type, metadata: written = {} }) => ({
      type,
      metadata: written,
    })),
    formula: spec.advanced?.scalingModifiers?.formula,
    target: targetOf(namespace, spec.scaleTargetRef, status?.scaleTargetGVKR),
  };
}

type Written = z.output<typeof schema>['spec']['scaleTargetRef'];
type Found = NonNullable<z.output<typeof schema>['status']>['scaleTargetGVKR'];

/** What KEDA found may be what was written before: another kind of the same name is not its target any more. */
function targetOf(
  namespace: string,
  { apiVersion, kind, name }: Written,
  found: Found,
): Target | undefined {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  if (found?.kind !== kind || found.group !== group) return undefined;
  return { ...found, namespace, name };
}
