import { z } from 'zod';
import type { Scale } from './cluster.ts';

const schema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  // The API server leaves out what is 0.
  spec: z.object({ replicas: z.int().optional() }).optional(),
});

/** Reads an `autoscaling/v1` Scale. @throws Error where it is none */
export function toScale(body: unknown): Scale {
  const { metadata, spec } = schema.parse(body);
  return { replicas: spec?.replicas ?? 0, resourceVersion: metadata.resourceVersion };
}
