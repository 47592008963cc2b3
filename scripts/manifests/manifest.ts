import { isRecord, quote } from '../../src/core/parsed.ts';
import { withoutNulls } from '../../src/validation/documents.ts';

/** A Kubernetes object as kustomize renders it. What else is in it is known once its shape was checked. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/**
 * Takes a rendered document for an object. Fields that are null are left out, as the API server does.
 *
 * @throws Error where it is none: kustomize renders nothing else
 */
export function toManifest(document: unknown): Manifest {
  const value = withoutNulls(document);
  if (isManifest(value)) return value;
  throw new Error(`${quote(document)} is no object with apiVersion, kind and metadata.name`);
}

/** `Deployment license-scaler/license-scaler`, without the namespace where it has none. */
export function nameOf({ kind, metadata: { namespace, name } }: Manifest): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** The namespace that the object ends up in when it is applied as it is. */
export function namespaceOf({ metadata: { namespace } }: Manifest): string {
  return namespace ?? 'default';
}

function isManifest(value: unknown): value is Manifest {
  if (!isRecord(value) || !isRecord(value.metadata)) return false;
  const texts = [value.apiVersion, value.kind, value.metadata.name];
  return texts.every((text) => typeof text === 'string');
}
