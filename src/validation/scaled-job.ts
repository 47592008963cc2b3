import { isRecord } from '../core/parsed.ts';
import type { Complaint } from './assessment.ts';
import type { PlacedManifest } from './manifest.ts';
import type { IsLicenseTrigger, KedaTrigger } from './scaled-object/scaled-object.ts';

/** Warns of ScaledJobs that ask license-scaler: KEDA takes its answers, but does something else with them. */
export function checkScaledJob(
  { manifest, document, path }: PlacedManifest,
  isLicense: IsLicenseTrigger,
): Complaint[] {
  if (manifest.kind !== 'ScaledJob' || !('spec' in manifest) || !isRecord(manifest.spec)) return [];
  const { triggers } = manifest.spec;
  const { name, namespace } = isRecord(manifest.metadata) ? manifest.metadata : {};
  const parts = [namespace, name].filter((part) => typeof part === 'string');
  return (Array.isArray(triggers) ? triggers : []).flatMap((trigger: unknown, index) => {
    if (!isTrigger(trigger) || !isLicense(trigger)) return [];
    const message = `spec.triggers[${index}] asks license-scaler: of a ScaledJob KEDA ignores what is pushed, starts up to as many Jobs as replicas are licensed at each poll, and never stops one that runs: gate a Deployment by a ScaledObject instead`;
    const place = document.placeOf([...path, 'spec', 'triggers', index]);
    return [{ severity: 'warning', place, where: `ScaledJob ${parts.join('/')}`, message }];
  });
}

function isTrigger(value: unknown): value is KedaTrigger {
  return isRecord(value) && typeof value['type'] === 'string' && isRecord(value['metadata']);
}
