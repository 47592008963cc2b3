import { z } from 'zod';
import type { Scale } from './cluster.ts';
import { read } from './read.ts';

const schema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  // The API server leaves out what is 0.
  spec: z.object({ replicas: z.int().optional() }).optional(),
});

/** Reads an `autoscaling/v1` Scale. @throws Error that names what is missing: then it is none */
export function toScale(body: unknown): Scale {
  const { metadata, spec } = read('Scale', schema, body);
  return { replicas: spec?.replicas ?? 0, resourceVersion: metadata.resourceVersion };
}
