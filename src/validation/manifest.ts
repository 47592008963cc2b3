import { isRecord } from '../core/parsed.ts';
import type { Document } from './documents.ts';
import type { Path } from './finding.ts';

/** A Kubernetes object, or what is meant to be one. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: unknown;
  readonly data?: unknown;
  readonly binaryData?: unknown;
  readonly items?: unknown;
}

/** A Kubernetes object and where it stands. */
export interface PlacedManifest {
  readonly manifest: Manifest;
  readonly document: Document;
  /** Where it is in its document: an object of a List is not at the top. */
  readonly path: Path;
}

export function isManifest(content: unknown): content is Manifest {
  if (!isRecord(content)) return false;
  return typeof content['apiVersion'] === 'string' && typeof content['kind'] === 'string';
}

/** The objects of a document: one, or all of a List, as `kubectl get` prints it. */
export function objectsIn(document: Document): PlacedManifest[] {
  return unpack(document.content, document, []);
}

function unpack(content: unknown, document: Document, path: Path): PlacedManifest[] {
  if (!isManifest(content)) return [];
  if (!Array.isArray(content.items)) return [{ manifest: content, document, path }];
  return content.items.flatMap((item, index) => unpack(item, document, [...path, 'items', index]));
}
