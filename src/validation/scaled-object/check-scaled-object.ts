import type { TenantId } from '../../core/tenant.ts';
import { isTriggerKey, parseTrigger, type Trigger } from '../../core/trigger.ts';
import { under, type Finding } from '../finding.ts';
import { checkAdmission } from './admission.ts';
import { adviseOnPush, adviseOnTiming, checkReplicas } from './advice.ts';
import { checkLicenseGate } from './license-gate.ts';
import {
  adviseOnEnvironment,
  checkAddress,
  checkMetadata,
  checkTls,
  resolveFromEnv,
} from './license-metadata.ts';
import { checkRivals } from './rivals.ts';
import {
  isExternalTrigger,
  type IsLicenseTrigger,
  type KedaTrigger,
  type ScaledObject,
} from './scaled-object.ts';

/** What checking a ScaledObject gave. */
export interface CheckedScaledObject {
  /** Paths begin at the object. */
  readonly findings: readonly Finding[];
  /** The tenants that its license triggers ask about, as far as that is known before it is in a cluster. */
  readonly tenants: readonly TenantId[];
  /** How many of its triggers ask license-scaler. */
  readonly licensing: number;
  /** How many ask another external scaler, as far as can be told. */
  readonly foreign: number;
}

/**
 * Checks a ScaledObject beside others.
 *
 * @param isLicense which of its triggers ask license-scaler
 * @param all the ScaledObjects that it is applied with, itself among them
 */
export function checkScaledObject(
  scaled: ScaledObject,
  isLicense: IsLicenseTrigger,
  all: readonly ScaledObject[],
): CheckedScaledObject {
  const { triggers } = scaled.spec;
  const licensing = triggers.filter(isLicense);
  const ofSpec = [...checkAdmission(scaled), ...checkRivals(scaled, all)];
  if (licensing.length > 0) {
    ofSpec.push(
      ...checkLicenseGate(scaled, isLicense),
      ...adviseOnPush(scaled, isLicense),
      ...adviseOnTiming(scaled),
      ...licensing.flatMap((trigger) =>
        under(['triggers', triggers.indexOf(trigger), 'metadata'], checkTrigger(trigger, scaled)),
      ),
    );
  }
  return {
    findings: under(['spec'], ofSpec),
    tenants: licensing.flatMap((trigger) => tenantOf(trigger, scaled) ?? []),
    licensing: licensing.length,
    foreign: triggers.filter(isExternalTrigger).length - licensing.length,
  };
}

function checkTrigger(trigger: KedaTrigger, scaled: ScaledObject): Finding[] {
  const { metadata } = trigger;
  const wanted = metadata['replicas'] === undefined ? undefined : read(trigger, scaled);
  return [
    ...checkAddress(metadata),
    ...checkTls(metadata),
    ...adviseOnEnvironment(metadata),
    ...checkMetadata(resolveFromEnv(metadata), scaled),
    ...(wanted === undefined ? [] : checkReplicas(wanted, scaled)),
  ];
}

function tenantOf(trigger: KedaTrigger, scaled: ScaledObject): TenantId | undefined {
  const { tenantId, tenantIdFromEnv } = trigger.metadata;
  const isKnown = tenantId ?? (tenantIdFromEnv === undefined && scaled.metadata.namespace);
  return isKnown ? read(trigger, scaled)?.tenant : undefined;
}

/** As far as it is known before it is in a cluster. */
function read({ metadata }: KedaTrigger, { metadata: object }: ScaledObject): Trigger | undefined {
  const { name, namespace = 'default' } = object;
  const given = Object.entries(metadata).filter(([key]) => !key.endsWith('FromEnv'));
  const trigger = parseTrigger({ name, namespace, metadata: Object.fromEntries(given) });
  return trigger.ok ? trigger.value : undefined;
}

/**
 * Whether a trigger asks license-scaler rather than another external scaler: by its address, where that
 * says so, or because there is no key in it that another one would need.
 */
export function looksLikeOurs(trigger: KedaTrigger): boolean {
  if (!isExternalTrigger(trigger)) return false;
  const { scalerAddress = '' } = trigger.metadata;
  const isNamed = scalerAddress.includes('license-scaler');
  return isNamed || Object.keys(trigger.metadata).every(isTriggerKey);
}
