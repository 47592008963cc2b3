import type { z } from 'zod';
import { quote } from '../../src/core/parsed.ts';
import type { Finding, Path } from './problem.ts';
import { valueAt } from './value-at.ts';
import { unknownKey } from './watched-keys.ts';

/** Checks a value against a schema that is written down here, for want of a package that has it. */
export function checkBySchema(schema: z.ZodType, value: unknown, base: Path = []): Finding[] {
  const { error } = schema.safeParse(value);
  return (error?.issues ?? []).flatMap((issue) => {
    const path = [...base, ...issue.path.map(toPart)];
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, issue.path);
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(known) }));
    }
    const found = valueAt(value, issue.path);
    if (found === undefined) return [{ path, message: 'is missing: add it' }];
    const allowed = issue.message.replace(/^Invalid \w+: /, '');
    return [{ path, message: `is ${quote(found)}, ${allowed}` }];
  });
}

function toPart(part: PropertyKey): string | number {
  return typeof part === 'number' ? part : String(part);
}

/** The keys that the schema has at a path. */
function keysAt(schema: z.core.$ZodType, [part, ...rest]: readonly PropertyKey[]): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional')
    return keysAt(def.innerType, part === undefined ? [] : [part, ...rest]);
  if (def.type === 'array') return keysAt(def.element, rest);
  if (def.type === 'record') return keysAt(def.valueType, rest);
  if (def.type !== 'object') return [];
  if (part === undefined) return Object.keys(def.shape);
  const inner = def.shape[String(part)];
  return inner === undefined ? [] : keysAt(inner, rest);
}
