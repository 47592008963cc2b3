import type { z } from 'zod';

/**
 * Reads what the API server sent.
 *
 * @param kind what it should be
 * @throws Error that names, in one line, what is missing
 */
export function read<T extends z.ZodType>(kind: string, schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter((text) => text !== '').join(': '),
  );
  throw new Error(`the ${kind} can't be read: ${problems.join('; ')}`);
}
