import { parseLicense } from '../core/license.ts';
import { isRecord } from '../core/parsed.ts';
import { rule } from '../core/rules/index.ts';
import { parseTenantId, type TenantId } from '../core/tenant.ts';
import type { Instant } from '../core/time.ts';
import { decodeJsonOrYaml } from '../sources/file/decode-file.ts';
import { decodeLicenses, findList } from '../sources/file/decode-licenses.ts';
import {
  countOf,
  error,
  errorOfDecoder,
  refused,
  type Assessment,
  type Complaint,
  type Source,
} from './assessment.ts';
import { createPlaceOf, type PlaceOf } from './documents.ts';
import type { Path } from './finding.ts';

/** Assesses a license file as the license file's source would read it. */
export function assessLicenses({ bytes, name }: Source, now: Instant): Assessment {
  const decoded = decodeJsonOrYaml(bytes, name);
  if (!decoded.ok) return refused(errorOfDecoder(decoded.problem));
  const { value } = decoded.value;
  const placeOf = createPlaceOf(bytes);
  const found = findList(value);
  if (!found.ok) return refused(error(found.problem, placeOf([])));
  const { key, list } = found.value;
  const pathOf = (index: number): Path => (key === undefined ? [index] : [key, index]);
  const complaints = [
    ...list.flatMap((record, index) => checkRecord(record, index, pathOf(index), placeOf)),
    ...checkTwice(list, pathOf, placeOf),
  ];
  return {
    complaints: complaints.length > 0 ? complaints : checkWhole(bytes, name),
    meanings: [describe(list, now)],
    mentions: list.flatMap((record, index) => {
      const tenant = tenantOf(record);
      return tenant === undefined ? [] : [{ tenant, as: 'license', place: placeOf(pathOf(index)) }];
    }),
  };
}

function checkRecord(record: unknown, index: number, path: Path, placeOf: PlaceOf): Complaint[] {
  const where = tenantOf(record) ?? `license ${index + 1} of the list`;
  const license = parseLicense(record);
  if (license.ok) return [];
  return license.problems.map(({ key, problem }) =>
    key === undefined
      ? error(problem, placeOf(path), where)
      : error(`${key} ${problem}`, placeOf([...path, key]), where),
  );
}

function checkTwice(
  list: readonly unknown[],
  pathOf: (index: number) => Path,
  placeOf: PlaceOf,
): Complaint[] {
  const firsts = new Map<TenantId, number>();
  return list.flatMap((record, index) => {
    const tenant = tenantOf(record);
    if (tenant === undefined) return [];
    const first = firsts.get(tenant) ?? index;
    firsts.set(tenant, first);
    if (first === index) return [];
    const message = `is license ${first + 1} of the list already: license-scaler goes by neither and holds the tenant: leave one of them`;
    return [error(message, placeOf([...pathOf(index), 'id']), tenant)];
  });
}

function tenantOf(record: unknown): TenantId | undefined {
  const id = parseTenantId(isRecord(record) ? record['id'] : undefined);
  return id.ok ? id.value : undefined;
}

/** What the source's own decoder says has the last word. */
function checkWhole(bytes: Buffer, name: string): Complaint[] {
  const decoded = decodeLicenses(bytes, name);
  if (!decoded.ok) return [errorOfDecoder(decoded.problem)];
  const { nameless, readings } = decoded.value;
  const unreadable = [...readings].flatMap(([tenant, reading]) =>
    reading.kind === 'unreadable' ? [error(reading.problem, undefined, tenant)] : [],
  );
  return nameless === undefined ? unreadable : [error(nameless, undefined), ...unreadable];
}

function describe(list: readonly unknown[], now: Instant): string {
  const licensed = list.filter((record) => {
    const license = parseLicense(record);
    return license.ok && rule({ kind: 'license', license: license.value }, now)?.licensed === true;
  });
  const rest = list.length - licensed.length;
  return `license file, ${countOf(list.length, 'tenant')}: ${licensed.length} licensed, ${rest} unlicensed now`;
}
