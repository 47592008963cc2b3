import type { TenantId } from '../core/tenant.ts';

/** An error keeps a file, or a part of it, from doing what it is for; a warning and a note do not. */
export type Severity = 'error' | 'warning' | 'note';

/** Where something stands in a file; both are counted from 1. */
export interface Spot {
  readonly line: number;
  /** Undefined: not known. */
  readonly column: number | undefined;
}

/** One thing that is to be said about a file. */
export interface Complaint {
  readonly severity: Severity;
  /** Undefined: the file as a whole. */
  readonly place: Spot | undefined;
  /** What it is about: `tenant-b`, `ScaledObject tenant-b/scaled-service`; empty: the whole. */
  readonly where: string;
  /** What was found, what is allowed and what to do. */
  readonly message: string;
}

/** A tenant that a file names. */
export interface Mention {
  readonly tenant: TenantId;
  readonly as: 'license' | 'override' | 'scaled-object';
  readonly place: Spot | undefined;
}

/** What is to be said about a file, or about what a ConfigMap carries. */
export interface Assessment {
  readonly complaints: readonly Complaint[];
  /** What the file means, one sentence a part, to be told where there is no error in it. */
  readonly meanings: readonly string[];
  readonly mentions: readonly Mention[];
}

/** A text that is assessed: a file, or what a ConfigMap carries. */
export interface Source {
  readonly bytes: Buffer;
  /** Its name, by which JSON is told from YAML: `tenants.json`. */
  readonly name: string;
}

/** Nothing but complaints. */
export function refused(...complaints: Complaint[]): Assessment {
  return { complaints, meanings: [], mentions: [] };
}

/** An error about what is at a place. */
export function error(message: string, place: Spot | undefined, where = ''): Complaint {
  return { severity: 'error', place, where, message };
}

/** An error whose place stands in front of it, as decoders have it: `line 3, column 5: ...`. */
export function errorOfDecoder(problem: string): Complaint {
  const [, line, column, what] = /^line (\d+), column (\d+): (.*)$/s.exec(problem) ?? [];
  if (what === undefined) return error(problem, undefined);
  return error(what, { line: Number(line), column: Number(column) });
}

/** `1 tenant`, `2 tenants` */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
