import type { z } from 'zod';
import { quote } from '../../core/parsed.ts';
import type { Finding, Path } from '../finding.ts';

const ALLOWED: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

/** Words what is wrong with the shape of a ScaledObject. */
export function checkShape({ issues }: z.core.$ZodError, manifest: unknown): Finding[] {
  return issues.map((issue) => {
    const path: Path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    const found = valueAt(manifest, path);
    if (found === undefined) return { path, message: 'is missing: add it' };
    if (issue.code === 'invalid_type') return { path, message: describe(found, issue.expected) };
    const allowed = issue.code === 'invalid_value' ? issue.values.join(', ') : issue.message;
    return { path, message: `is ${quote(found)}, allowed is ${allowed}` };
  });
}

function describe(found: unknown, expected: string): string {
  const allowed = ALLOWED[expected] ?? expected;
  const isBare = expected === 'string' && (typeof found === 'number' || typeof found === 'boolean');
  return `is ${quote(found)}, allowed is ${allowed}${isBare ? ': put it in quotes' : ''}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, part) => (inner as Readonly<Record<string | number, unknown>> | undefined)?.[part],
    value,
  );
}
