/**
 * Fields that KEDA has and the models of @kubernetes-models/keda 0.4.2, made from KEDA 2.10.1, have not.
 * (The package's 2.0.0 knows them, but needs a later Node.js than this project does.) Only those that
 * make sense beside a license gate are listed: whoever needs another adds it here.
 */
import { z } from 'zod';
import { isRecord } from '../../src/core/parsed.ts';
import type { Manifest } from './manifest.ts';
import type { Finding } from './problem.ts';
import { checkBySchema } from './schema.ts';

interface NewerField {
  readonly path: readonly string[];
  readonly schema: z.ZodType;
}

const BEHAVIOR = ['spec', 'advanced', 'horizontalPodAutoscalerConfig', 'behavior'];
const tolerance = z.union([z.number(), z.string()]);

const FIELDS: Readonly<Record<string, readonly NewerField[]>> = {
  ScaledObject: [
    // KEDA 2.14
    { path: ['spec', 'initialCooldownPeriod'], schema: z.int() },
    // KEDA 2.12
    {
      path: ['spec', 'advanced', 'scalingModifiers'],
      schema: z.strictObject({
        formula: z.string().optional(),
        target: z.string().optional(),
        activationTarget: z.string().optional(),
        metricType: z.enum(['AverageValue', 'Value']).optional(),
      }),
    },
    // KEDA 2.18
    { path: [...BEHAVIOR, 'scaleUp', 'tolerance'], schema: tolerance },
    { path: [...BEHAVIOR, 'scaleDown', 'tolerance'], schema: tolerance },
  ],
};

/**
 * Checks the fields that the model does not know yet.
 *
 * @returns what is wrong with them, and the object without them, for the model to check
 */
export function takeNewerFields(manifest: Manifest): {
  readonly findings: readonly Finding[];
  readonly rest: Manifest;
} {
  const rest = structuredClone(manifest);
  const findings = (FIELDS[manifest.kind] ?? []).flatMap(({ path, schema }) => {
    const value = takeOut(rest, path);
    return value === undefined ? [] : checkBySchema(schema, value, path);
  });
  return { findings, rest };
}

function takeOut(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (!isRecord(value) || key === undefined) return undefined;
  if (rest.length > 0) return takeOut(value[key], rest);
  const taken = value[key];
  Reflect.deleteProperty(value, key);
  return taken;
}
