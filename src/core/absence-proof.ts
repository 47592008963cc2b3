import { isRecord, parsed, quote, unparsed, type Parsed } from './parsed.ts';

/** What an answer looks like by which the service itself says that it does not know a tenant. */
export interface AbsenceProof {
  readonly status: number;
  /** The media type, without parameters. */
  readonly contentType?: string | undefined;
  /** The whole body, but for blanks around it; `{tenantId}` stands for the tenant's id. */
  readonly body?: string | undefined;
  /** Values in a JSON body, by their paths, as `error.code`; `{tenantId}` as above. */
  readonly json?: Readonly<Record<string, string | number | boolean | null>> | undefined;
}

/** What the license service of the StormForge exercise answers. */
export const DEFAULT_PROOF: readonly AbsenceProof[] = [
  { status: 404, contentType: 'text/plain', body: 'Tenant not found' },
];

const KEYS = ['status', 'contentType', 'body', 'json'];
/** They say that nothing was found out, whatever else they say. */
const NEVER = [401, 403, 407, 408, 429];
/** Of other answers the body is not read. */
const WITH_BODY = [200, 404];

/** How a proof is written, to be read after "allowed is". */
export const A_PROOF =
  'a mapping with status (404 if it is left out), contentType, body and json, such as {status: 404, json: {error.code: no_such_tenant}}';

/** Reads one description of a proof, as an operator writes it. */
export function parseAbsenceProof(given: Readonly<Record<string, unknown>>): Parsed<AbsenceProof> {
  const unknown = Object.keys(given).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    return unparsed(`has the key ${quote(unknown)}, allowed are ${KEYS.join(', ')}`);
  }
  const { status = 404, contentType, body, json } = given;
  if (!isStatus(status)) {
    const allowed = `200 and 4xx, but for ${NEVER.join(', ')}`;
    return unparsed(`has status ${quote(status)}, allowed are ${allowed}`);
  }
  if (!isText(contentType))
    return unparsed(`has contentType ${quote(contentType)}, allowed is a text`);
  if (!isText(body)) return unparsed(`has body ${quote(body)}, allowed is a text`);
  if (!isValues(json)) {
    return unparsed(
      `has json ${quote(json)}, allowed are texts, numbers, true, false and null by path`,
    );
  }
  const tells = body !== undefined || json !== undefined;
  if (tells && !WITH_BODY.includes(status)) {
    return unparsed(
      `has status ${status}, allowed with body or json are ${WITH_BODY.join(' and ')}`,
    );
  }
  if (!tells && status === 200) return unparsed('has status 200, which needs body or json');
  return parsed({ status, contentType, body, json });
}

function isStatus(value: unknown): value is number {
  if (value === 200) return true;
  const isClientError = Number.isInteger(value) && Number(value) >= 400 && Number(value) < 500;
  return isClientError && !NEVER.includes(Number(value));
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isValues(value: unknown): value is AbsenceProof['json'] {
  if (value === undefined) return true;
  if (!isRecord(value) || Object.keys(value).length === 0) return false;
  return Object.values(value).every((each) => each === null || typeof each !== 'object');
}
