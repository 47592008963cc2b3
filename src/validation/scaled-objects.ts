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

/** What is of a wrong shape is refused, and the rest is checked as if that were not given. */
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
    const name = nameAsFarAsKnown(manifest);
    const sound = scaledObjectSchema.safeParse(withoutMisshapen(manifest, findings));
    if (!sound.success) return { object, name, ...NOTHING, findings };
    const checked = checkScaledObject(sound.data, isLicense, all);
    const more = checked.findings.filter(
      ({ path }) => !findings.some((one) => isAt(one.path, path)),
    );
    return { object, name, ...checked, findings: [...findings, ...more] };
  });
}

/** A number or a word that should be in quotes is taken as if it were; anything else is left out. */
function withoutMisshapen(manifest: unknown, findings: readonly Finding[]): unknown {
  const copy = structuredClone(manifest);
  for (const { path } of findings) {
    const parent = path.slice(0, -1).reduce<unknown>(valueIn, copy);
    const key = path.at(-1);
    if (!isContainer(parent) || key === undefined) continue;
    const value = parent[key];
    if (typeof value === 'number' || typeof value === 'boolean') parent[key] = String(value);
    else Reflect.deleteProperty(parent, key);
  }
  return copy;
}

function valueIn(value: unknown, key: string | number): unknown {
  return isContainer(value) ? value[key] : undefined;
}

function isContainer(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Whether it is about the same, or about something in it. */
function isAt(outer: Path, inner: Path): boolean {
  return outer.every((part, index) => inner[index] === part);
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
