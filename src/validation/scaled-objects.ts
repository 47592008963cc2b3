import { isRecord } from '../core/parsed.ts';
import { countOf, type Complaint, type Mention } from './assessment.ts';
import { withoutNulls, type Document } from './documents.ts';
import { formatPath, type Finding, type Path } from './finding.ts';
import type { PlacedManifest } from './manifest.ts';
import {
  checkScaledObject,
  type CheckedScaledObject,
} from './scaled-object/check-scaled-object.ts';
import { nameOf } from './scaled-object/rivals.ts';
import { scaledObjectSchema, type IsLicenseTrigger } from './scaled-object/scaled-object.ts';
import { checkShape } from './scaled-object/shape.ts';

interface Checked extends CheckedScaledObject {
  readonly object: PlacedManifest;
  readonly name: string;
}

/** What is to be said of the ScaledObjects of one file, and what they mean in a few words. */
export interface AssessedScaledObjects {
  readonly complaints: readonly Complaint[];
  readonly mentions: readonly Mention[];
  readonly meaning: string;
}

/** @param isLicense which triggers ask license-scaler */
export function assessScaledObjects(
  objects: readonly PlacedManifest[],
  isLicense: IsLicenseTrigger,
): AssessedScaledObjects {
  const checked = checkAll(objects, isLicense);
  return {
    complaints: checked.flatMap(({ object, name, findings }) =>
      findings.map((finding) => toComplaint(finding, object, name)),
    ),
    mentions: checked.flatMap(({ object, tenants }) =>
      tenants.map((tenant) => ({ tenant, as: 'scaled-object', place: placeIn(object, []) })),
    ),
    meaning: describe(checked),
  };
}

/** Those of a wrong shape are refused for that alone, for the rules rely on it. */
function checkAll(objects: readonly PlacedManifest[], isLicense: IsLicenseTrigger): Checked[] {
  const read = objects.map((object) => {
    const manifest = withoutNulls(object.manifest);
    return { object, manifest, result: scaledObjectSchema.safeParse(manifest) };
  });
  const all = read.flatMap(({ result }) => (result.success ? [result.data] : []));
  return read.map(({ object, manifest, result }) => {
    if (result.success) {
      return {
        object,
        name: nameOf(result.data),
        ...checkScaledObject(result.data, isLicense, all),
      };
    }
    const findings = checkShape(result.error, manifest);
    return { object, name: nameAsFarAsKnown(manifest), ...NOTHING, findings };
  });
}

const NOTHING = { tenants: [], licensing: 0, foreign: 0 };

function nameAsFarAsKnown(manifest: unknown): string {
  const metadata = isRecord(manifest) ? manifest['metadata'] : undefined;
  const { name, namespace } = isRecord(metadata) ? metadata : {};
  if (typeof name !== 'string') return 'ScaledObject';
  const where = typeof namespace === 'string' ? { namespace } : {};
  return nameOf({ kind: 'ScaledObject', metadata: { name, ...where } });
}

function toComplaint(
  { path, message, severity }: Finding,
  object: PlacedManifest,
  name: string,
): Complaint {
  const place = placeIn(object, path);
  const text = `${formatPath(path)} ${message}`.trim();
  return { severity: severity ?? 'error', place, where: name, message: text };
}

function placeIn({ document, path }: PlacedManifest, inner: Path): ReturnType<Document['placeOf']> {
  return document.placeOf([...path, ...inner]);
}

/** As many tenants as a line bears. */
const SHOWN = 5;

function describe(checked: readonly Checked[]): string {
  if (checked.length === 0) return 'no ScaledObject';
  const gates = checked.filter(({ licensing }) => licensing > 0);
  const tenants = [...new Set(gates.flatMap(({ tenants: of }) => of))];
  const foreign = checked.reduce((sum, { foreign: count }) => sum + count, 0);
  const more = tenants.length > SHOWN ? ` and ${tenants.length - SHOWN} more` : '';
  const names = tenants.length === 0 ? '' : ` of ${tenants.slice(0, SHOWN).join(', ')}${more}`;
  const others = foreign === 0 ? '' : `, ${countOf(foreign, 'trigger')} of other external scalers`;
  return `${countOf(checked.length, 'ScaledObject')}, ${countOf(gates.length, 'license gate')}${names}${others}`;
}
