/** The license service of a case, behind the fault that comes between. */
import type { Case } from './case.ts';
import { json, text, toReply, type Message } from './http-message.ts';
import type { LicenseRecord, Tenant } from './truth.ts';
import type { Host, Reply, WireRequest } from './server-end.ts';

/** What the service knows, and whom it tells that it was heard. */
export interface Knowledge {
  /** The right time. */
  now(): number;
  /** What it has about a tenant; `garbled`: a record that nobody can read. */
  licenseOf(tenant: Tenant): LicenseRecord | 'garbled' | undefined;
  /** An honest answer about the tenant, asked for at this time, was sent whole. */
  told(tenant: Tenant, license: LicenseRecord | undefined, askedAt: number): void;
  /** Somebody said, at this time, that there is no such tenant. */
  toldUnproven(tenant: Tenant, askedAt: number): void;
  /** Whether the fault is there. */
  isFaulty(): boolean;
}

const PREFIX = '/licenses/';

export function createLicenseService(
  drawn: Pick<Case, 'fault' | 'tenants' | 'spared' | 'random'>,
  knowledge: Knowledge,
): Host {
  const { fault, tenants, spared, random } = drawn;
  const byId = new Map(tenants.map((tenant) => [tenant.id, tenant]));

  function answer(request: WireRequest): Reply {
    const id = request.path.startsWith(PREFIX) ? request.path.slice(PREFIX.length) : undefined;
    const tenant = id === undefined ? undefined : byId.get(id);
    const honest = dated(tenant === undefined ? list(request) : single(tenant));
    if (fault.with !== 'http' || !knowledge.isFaulty() || spared.has(id ?? ''))
      return toReply(honest);
    const etag = honest.headers.etag;
    const askedAt = knowledge.now();
    const known = tenants.map((each) => [each, knowledge.licenseOf(each)] as const);
    return fault.answer({
      ...{ request, honest, random, now: askedAt },
      records: known.flatMap(([, license]) =>
        license === undefined || license === 'garbled' ? [] : [license],
      ),
      elements: known.flatMap(elementOf),
      isUnchanged: etag !== undefined && request.headers.get('if-none-match') === etag,
      toldAbsent() {
        for (const [each, license] of known) {
          if (license === undefined) knowledge.told(each, undefined, askedAt);
        }
      },
      toldOf(records) {
        for (const record of records) knowledge.told(byId.get(record.id)!, record, askedAt);
      },
      toldUnproven() {
        if (tenant !== undefined) knowledge.toldUnproven(tenant, askedAt);
      },
    });
  }

  /** Every server that stands in front of a license service dates what it sends as well. */
  function dated(message: Message): Message {
    const date = new Date(knowledge.now()).toUTCString();
    return { ...message, headers: { date, ...message.headers } };
  }

  function single(tenant: Tenant): Message {
    const license = knowledge.licenseOf(tenant);
    if (license === 'garbled') return json({ tenant: garbledRecord(tenant) });
    const message =
      license === undefined ? text('Tenant not found', 404) : json({ tenant: license });
    const askedAt = knowledge.now();
    const sent = (): void => {
      knowledge.told(tenant, license, askedAt);
    };
    return { ...message, sent };
  }

  function list(request: WireRequest): Message {
    const known = tenants.map((tenant) => [tenant, knowledge.licenseOf(tenant)] as const);
    const licenses = known.flatMap(elementOf);
    const body = JSON.stringify({ licenses });
    const etag = `"${etagOf(body)}"`;
    const askedAt = knowledge.now();
    const sent = (): void => {
      for (const [tenant, license] of known) {
        if (license !== 'garbled') knowledge.told(tenant, license, askedAt);
      }
    };
    if (request.headers.get('if-none-match') === etag) {
      return { status: 304, headers: { etag }, body: '', sent };
    }
    return { ...json({ licenses }, 200, { etag }), sent };
  }

  return {
    // A connection is open before anybody knows whom it will ask about.
    connects: () => {
      const isCut = fault.with === 'http' && knowledge.isFaulty() && spared.size === 0;
      return isCut ? (fault.connects ?? 'open') : 'open';
    },
    answer,
  };
}

/** What a list holds about a tenant: nothing or one element. */
function elementOf([tenant, license]: readonly [
  Tenant,
  LicenseRecord | 'garbled' | undefined,
]): LicenseRecord[] {
  if (license === undefined) return [];
  return [license === 'garbled' ? garbledRecord(tenant) : license];
}

/** A record that nobody can read. */
export function garbledRecord({ id }: Tenant): LicenseRecord {
  return { id, status: 'gibberish' } as unknown as LicenseRecord;
}

function etagOf(body: string): string {
  let hash = 0;
  for (const char of body) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) | 0;
  return (hash >>> 0).toString(16);
}
