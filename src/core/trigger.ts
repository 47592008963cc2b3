/** The trigger: what one ScaledObject asks of this scaler, read from its `metadata`. */
import { parsed, quote, unparsed, type Parsed } from './parsed.ts';
import { parseTenantId, type TenantId } from './tenant.ts';

/** What KEDA sends of a ScaledObject with every call. */
export interface ScaledObject {
  readonly name: string;
  readonly namespace: string;
  /** The trigger's metadata, every key of it. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Trigger {
  readonly tenant: TenantId;
  /** The service that the license must list; undefined: not checked. */
  readonly service: string | undefined;
  /** Replicas where neither an override nor the license says how many; undefined: the program's default. */
  readonly replicas: number | undefined;
  /** The address of this scaler as KEDA has it, where it is among the metadata. */
  readonly address?: string;
  /** `always`: the target may be scaled to 0 from here even if another trigger wants it up. Otherwise it is KEDA's then. */
  readonly suspend?: 'always';
}

/** The keys of ours, each of which may be given as `...FromEnv` as well. */
export const OWN_KEYS = ['tenantId', 'service', 'replicas', 'suspend'] as const;
export type OwnKey = (typeof OWN_KEYS)[number];

/** KEDA resolves `<key>FromEnv` from the target's environment and sends it on under that very name. */
const FROM_ENV = 'FromEnv';

/** Keys of KEDA's own external scaler, which it sends on with ours. Not secrets: those never come here. */
const KEDA_KEYS = new Set([
  'scalerAddress',
  'enableTLS',
  'unsafeSsl',
  'tlsCertFile',
  'caCert',
  'tlsClientCert',
  'tlsClientKey',
]);

const ALLOWED = OWN_KEYS.flatMap((key) => [key, key + FROM_ENV]).join(', ');

/**
 * Reads a trigger.
 *
 * @param required keys that must be given. KEDA leaves `...FromEnv` out of its calls where the target's container has no such
 * variable, so that nothing in a call tells a key that was lost from one that was never written
 * @returns the trigger, or a sentence that names the key, its value and what is allowed. A key that is
 * not known is a problem too: a misspelled `tenantId` would watch another tenant.
 */
export function parseTrigger(
  { namespace, metadata }: ScaledObject,
  required: readonly OwnKey[] = [],
): Parsed<Trigger> {
  for (const key of Object.keys(metadata)) {
    if (!isTriggerKey(key)) {
      return unparsed(
        `trigger metadata has the key ${quote(key)} (value ${quote(metadata[key])}), allowed are ${ALLOWED}`,
      );
    }
  }
  const missing = required.find((key) => !(key in metadata || key + FROM_ENV in metadata));
  if (missing !== undefined) return unparsed(describeMissing(missing));
  const tenant = parseTenant(metadata, namespace);
  if (!tenant.ok) return tenant;
  const service = setting(metadata, 'service');
  if (!service.ok) return service;
  const replicas = parseReplicas(metadata);
  if (!replicas.ok) return replicas;
  const suspend = parseSuspend(metadata);
  if (!suspend.ok) return suspend;
  const { scalerAddress: address } = metadata;
  const asked = { tenant: tenant.value, service: service.value?.text, replicas: replicas.value };
  return parsed(withExtras(asked, address, suspend.value));
}

function describeMissing(key: OwnKey): string {
  return (
    `trigger metadata has no ${key}, which tenants.require of this license-scaler demands: give it; ` +
    `of ${key + FROM_ENV} KEDA sends nothing where the target's container has no such variable, or an empty one`
  );
}

/** Written out, for there is one for every stream: what is spread into an object takes more room. */
function withExtras(
  { tenant, service, replicas }: Trigger,
  address: string | undefined,
  suspend: 'always' | undefined,
): Trigger {
  if (suspend !== undefined) {
    return { tenant, service, replicas, ...(address !== undefined && { address }), suspend };
  }
  return address === undefined
    ? { tenant, service, replicas }
    : { tenant, service, replicas, address };
}

/** Whether a key of trigger metadata is ours, or one of KEDA's own external scaler. */
export function isTriggerKey(key: string): boolean {
  const base = key.endsWith(FROM_ENV) ? key.slice(0, -FROM_ENV.length) : key;
  return KEDA_KEYS.has(base) || (OWN_KEYS as readonly string[]).includes(base);
}

interface Setting {
  /** The key under which it was given. */
  readonly key: string;
  readonly text: string;
}

/** One of our keys, given as it is or from the environment, but not both: which should win is not ours to guess. */
function setting(metadata: ScaledObject['metadata'], name: OwnKey): Parsed<Setting | undefined> {
  const given = [name, name + FROM_ENV].filter((key) => metadata[key] !== undefined);
  if (given.length === 2) {
    return unparsed(`trigger metadata has both ${given.join(' and ')}, allowed is one of them`);
  }
  const [key] = given;
  if (key === undefined) return parsed(undefined);
  const text = metadata[key] ?? '';
  if (text === '')
    return unparsed(`trigger metadata ${key} is empty: leave it out or give a value`);
  return parsed({ key, text });
}

function parseTenant(metadata: ScaledObject['metadata'], namespace: string): Parsed<TenantId> {
  const given = setting(metadata, 'tenantId');
  if (!given.ok) return given;
  const tenant = parseTenantId(given.value?.text ?? namespace);
  if (tenant.ok) return tenant;
  const where = given.value === undefined ? 'namespace' : `trigger metadata ${given.value.key}`;
  return unparsed(`${where} ${tenant.problem}`);
}

function parseReplicas(metadata: ScaledObject['metadata']): Parsed<number | undefined> {
  const given = setting(metadata, 'replicas');
  if (!given.ok) return given;
  if (given.value === undefined) return parsed(undefined);
  const { key, text } = given.value;
  if (/^[1-9]\d{0,8}$/.test(text)) return parsed(Number(text));
  return unparsed(
    `trigger metadata ${key} is ${quote(text)}, allowed is a whole number from 1 to 999999999`,
  );
}

function parseSuspend(metadata: ScaledObject['metadata']): Parsed<'always' | undefined> {
  const given = setting(metadata, 'suspend');
  if (!given.ok) return given;
  if (given.value === undefined) return parsed(undefined);
  const { key, text } = given.value;
  if (text === 'always') return parsed(text);
  return unparsed(
    `trigger metadata ${key} is ${quote(text)}, allowed is always, or to leave it out`,
  );
}
