import { isRecord, quote } from '../../src/core/parsed.ts';
import type { Manifest } from './manifest.ts';
import type { Finding, Path } from './problem.ts';
import { WatchedKeys } from './watched-keys.ts';
import { valueAt } from './value-at.ts';

/** A class of the packages `kubernetes-models` and `@kubernetes-models/...`. */
export interface Model {
  readonly apiVersion: string;
  readonly kind: string;
  readonly prototype: { validate(): void };
}

/** What such a class's validator says of one field; the part of ajv's error objects that is used. */
interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly missingProperty?: string; readonly allowedValues?: unknown };
  readonly message: string;
}

/** Checks an object against its model: required fields, types, enumerations, and that every field is known. */
export function checkByModel({ prototype }: Model, manifest: Manifest): Finding[] {
  const keys = new WatchedKeys();
  const errors = errorsOf(() => {
    prototype.validate.call(keys.watch(manifest));
  });
  return [...toFindings(errors, manifest), ...keys.unknownIn(manifest)];
}

function errorsOf(validate: () => void): readonly SchemaError[] {
  try {
    validate();
    return [];
  } catch (error) {
    if (isRecord(error) && Array.isArray(error.errors)) return error.errors as SchemaError[];
    throw error;
  }
}

/** Where several types are allowed each complains for itself; together they are one finding. */
function toFindings(errors: readonly SchemaError[], manifest: Manifest): Finding[] {
  const missing = errors.flatMap(({ instancePath, params: { missingProperty } }) =>
    missingProperty === undefined
      ? []
      : [{ path: [...toPath(instancePath), missingProperty], message: 'is missing: add it' }],
  );
  const others = errors.filter(({ params, keyword }) => {
    return params.missingProperty === undefined && keyword !== 'anyOf' && keyword !== 'oneOf';
  });
  const places = [...new Set(others.map(({ instancePath }) => instancePath))];
  const wrong = places.map((place) => {
    const path = toPath(place);
    const rules = others.filter(({ instancePath }) => instancePath === place).map(toRule);
    const allowed = [...new Set(rules)].join(' or ');
    return { path, message: `is ${quote(valueAt(manifest, path))}, ${allowed}` };
  });
  return [...missing, ...wrong];
}

function toRule({ message, params: { allowedValues } }: SchemaError): string {
  return Array.isArray(allowedValues) ? `allowed is one of ${allowedValues.join(', ')}` : message;
}

/** From a JSON pointer. */
function toPath(pointer: string): Path {
  const parts = pointer.split('/').slice(1);
  const names = parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.map((name) => (/^\d+$/.test(name) ? Number(name) : name));
}
