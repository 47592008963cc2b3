import type { AbsenceProof } from '../core/absence-proof.ts';
import { isRecord } from '../core/parsed.ts';
import type { TenantId } from '../core/tenant.ts';
import { headerOf, type Message } from './http/exchange.ts';

/** Whether an answer is as one of the proofs describes it, in all that the proof describes. */
export function provesAbsence(
  { status, headers, body }: Pick<Message, 'status' | 'headers' | 'body'>,
  tenant: TenantId,
  proofs: readonly AbsenceProof[],
): boolean {
  const candidates = proofs.filter((proof) => proof.status === status);
  if (candidates.length === 0) return false;
  const type = headerOf(headers, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  const text = body.toString('utf8').trim();
  const fill = (pattern: string): string => pattern.replaceAll('{tenantId}', tenant);
  return candidates.some(({ contentType, body: whole, json = {} }) => {
    if (contentType !== undefined && contentType.toLowerCase() !== type) return false;
    if (whole !== undefined && fill(whole).trim() !== text) return false;
    return holds(text, json, fill);
  });
}

function holds(
  text: string,
  wanted: NonNullable<AbsenceProof['json']>,
  fill: (pattern: string) => string,
): boolean {
  const values = Object.entries(wanted);
  if (values.length === 0) return true;
  const answer = parseJson(text);
  return values.every(([path, value]) => {
    return valueAt(answer, path) === (typeof value === 'string' ? fill(value) : value);
  });
}

/** The value at a path: names and places in lists, with dots between. */
function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, name) => {
    if (Array.isArray(inner)) return (inner as unknown[])[Number(name)];
    return isRecord(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined;
  }, value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
