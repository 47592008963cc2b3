import { z } from 'zod';

const text = z.string();

const trigger = z.object({
  type: text,
  name: text.optional(),
  metricType: text.optional(),
  useCachedMetrics: z.boolean().optional(),
  metadata: z.record(text, text),
});

/** What of a ScaledObject is read here. KEDA's newer fields are passed over, and so are misspelled ones. */
export const scaledObjectSchema = z.object({
  apiVersion: z.literal('keda.sh/v1alpha1'),
  kind: z.literal('ScaledObject'),
  metadata: z.object({ name: text, namespace: text.optional() }),
  spec: z.object({
    scaleTargetRef: z.object({
      apiVersion: text.optional(),
      kind: text.optional(),
      name: text,
    }),
    pollingInterval: z.int().optional(),
    cooldownPeriod: z.int().optional(),
    initialCooldownPeriod: z.int().optional(),
    idleReplicaCount: z.int().optional(),
    minReplicaCount: z.int().optional(),
    maxReplicaCount: z.int().optional(),
    fallback: z.unknown().optional(),
    advanced: z
      .object({
        horizontalPodAutoscalerConfig: z.object({ name: text.optional() }).optional(),
        scalingModifiers: z
          .object({
            formula: text.optional(),
            target: text.optional(),
            activationTarget: text.optional(),
            metricType: text.optional(),
          })
          .optional(),
      })
      .optional(),
    triggers: z.array(trigger),
  }),
});

/** KEDA's ScaledObject, as far as it matters to the license gate in it. */
export type ScaledObject = z.output<typeof scaledObjectSchema>;
export type KedaTrigger = ScaledObject['spec']['triggers'][number];

/** KEDA joins several triggers into one by it. */
export type ScalingModifiers = NonNullable<
  NonNullable<ScaledObject['spec']['advanced']>['scalingModifiers']
>;

/** Whether a trigger asks license-scaler. */
export type IsLicenseTrigger = (trigger: KedaTrigger) => boolean;

/** Undefined where there are none; KEDA takes an empty object for none, too. */
export function scalingModifiersOf({ spec }: ScaledObject): ScalingModifiers | undefined {
  const modifiers = spec.advanced?.scalingModifiers;
  return Object.values(modifiers ?? {}).some((value) => value !== '') ? modifiers : undefined;
}

/** Whether the trigger asks an external scaler. */
export function isExternalTrigger({ type }: KedaTrigger): boolean {
  return type === 'external' || type === 'external-push';
}

/** Whether the trigger is one that the HPA measures itself: KEDA treats it unlike all others. */
export function isResourceTrigger({ type }: KedaTrigger): boolean {
  return type === 'cpu' || type === 'memory';
}
