import { z } from 'zod';
import { isRecord } from '../core/parsed.ts';
import { notes } from './written.ts';

/** A mapping with fixed keys; any other key is refused. */
export function section<Shape extends z.ZodRawShape>(description: string, shape: Shape) {
  const allowed = `a mapping with the keys ${Object.keys(shape).join(', ')}`;
  return z.strictObject(shape).describe(description).register(notes, { allowed });
}

/**
 * Lets a rule about several keys run although something else is wrong, so that all is reported at once,
 * but not where one of these keys is wrong itself.
 */
export function unlessWrong(...keys: string[]): (payload: z.core.ParsePayload) => boolean {
  return ({ value, issues }) =>
    isRecord(value) && !issues.some(({ path }) => keys.includes(String(path?.[0])));
}
