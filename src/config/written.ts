import { z } from 'zod';
import type { Parsed } from '../core/parsed.ts';

/** What is known of a value beside its type and, as zod has it, its description. */
export interface Notes {
  /** To be read after "allowed is". */
  readonly allowed: string;
  /** The same for an entry of a map or list. */
  readonly entry?: string;
  /** Never shown: not in a problem, not by `config show`. */
  readonly isSecret?: boolean;
  /** The default, where it depends on something else. */
  readonly fallback?: string;
}

/** The notes on each value of the schema. */
export const notes = z.registry<Notes>();

/**
 * A value that is written in one form and worked with in another.
 *
 * @param parse its problem is a sentence that goes on after the key
 * @param format its inverse
 */
export function written<In extends z.ZodType, Out extends z.ZodType>(
  given: In,
  read: Out,
  parse: (given: z.output<In>) => Parsed<z.input<Out>>,
  format: (value: z.input<Out>) => z.output<In>,
) {
  return z.codec(given, read, {
    decode: (input, context) => {
      const result = parse(input);
      if (result.ok) return result.value;
      context.issues.push({ code: 'custom', input, message: result.problem });
      return z.NEVER;
    },
    encode: format,
  });
}
