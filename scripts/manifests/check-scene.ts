import { checkShape } from './kinds.ts';
import type { Problem } from './problem.ts';
import { RULES } from './rules/index.ts';
import type { Scene } from './scene.ts';

/**
 * Checks what one directory renders.
 *
 * @returns the problems; those of shape alone where there are any, for the rules rely on it
 */
export async function checkScene(scene: Scene): Promise<readonly Problem[]> {
  const misshapen = scene.objects.flatMap(checkShape);
  if (misshapen.length > 0) return misshapen;
  const problems: Problem[] = [];
  for (const rule of RULES) problems.push(...(await rule(scene)));
  return problems;
}
