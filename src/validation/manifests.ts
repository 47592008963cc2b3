import { quote } from '../core/parsed.ts';
import type { Instant } from '../core/time.ts';
import { countOf, error, type Assessment, type Complaint } from './assessment.ts';
import { assessConfigMap, checkSize } from './config-map.ts';
import type { Document } from './documents.ts';
import { isManifest, objectsIn, type PlacedManifest } from './manifest.ts';
import { checkScaledJob } from './scaled-job.ts';
import type { IsLicenseTrigger } from './scaled-object/scaled-object.ts';
import { assessScaledObjects } from './scaled-objects.ts';

/**
 * Assesses manifests, as `kubectl kustomize` renders them or `kubectl get -o yaml` prints them: the
 * ScaledObjects, and the ConfigMaps that carry files of ours. Other kinds are counted.
 *
 * @param isLicense which triggers ask license-scaler
 */
export function assessManifests(
  documents: readonly Document[],
  isLicense: IsLicenseTrigger,
  now: Instant,
): Assessment {
  const strange = documents.filter(({ content }) => !isManifest(content)).map(refuse);
  const objects = documents.flatMap(objectsIn);
  const carried = objects.map((object) => assessConfigMap(object, now));
  const gates = assessScaledObjects(objects.filter(isScaledObject), isLicense);
  const passed = objects.filter(
    (object, index) => !isScaledObject(object) && carried[index] === undefined,
  );
  const parts = carried.flatMap((part) => part ?? []);
  const jobs = objects.flatMap((object) => checkScaledJob(object, isLicense));
  return {
    complaints: [
      ...strange,
      ...gates.complaints,
      ...jobs,
      ...objects.flatMap(checkSize),
      ...parts.flatMap((part) => part.complaints),
    ],
    meanings: [
      `${gates.meaning}; ${countOf(passed.length, 'object')} of other kinds passed over`,
      ...parts.flatMap(({ meanings }) => meanings),
    ],
    mentions: [...gates.mentions, ...parts.flatMap(({ mentions }) => mentions)],
  };
}

function refuse({ content, placeOf }: Document): Complaint {
  const message = `the document is ${quote(content)}, allowed beside manifests are manifests, with apiVersion and kind`;
  return error(message, placeOf([]));
}

function isScaledObject({ manifest: { kind } }: PlacedManifest): boolean {
  return kind === 'ScaledObject';
}
