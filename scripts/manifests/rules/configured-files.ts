import type { Config } from '../../../src/config/schema.ts';
import { isRecord, type Parsed } from '../../../src/core/parsed.ts';
import type { Readings } from '../../../src/core/diff.ts';
import { decodeLicenses } from '../../../src/sources/file/decode-licenses.ts';
import { decodeOverrides } from '../../../src/sources/file/decode-overrides.ts';
import { findMountedFile, type MountedFile, type Reader } from '../mounted-files.ts';
import { toProblems, type Problem } from '../problem.ts';
import { isHashed } from './hashed-name.ts';

type Content = Extract<MountedFile, { kind: 'content' }>;

/** The files that a configuration names are there and, where their content is rendered, are understood. */
export function checkConfiguredFiles(config: Config, reader: Reader): Problem[] {
  return filesIn(config, '').flatMap(({ key, path }) => {
    const file = findMountedFile(path, reader);
    if (file.kind === 'elsewhere') return [];
    if (file.kind === 'content') return checkContent(key, file);
    const { template, placed } = reader;
    const message = `do not hold what ${key} names: ${file.message}`;
    return [...toProblems(template.workload, placed.path, [{ path: ['volumeMounts'], message }])];
  });
}

interface ConfiguredFile {
  /** The key of the configuration. */
  readonly key: string;
  readonly path: string;
}

/** Files are called so by their keys, but for those of the two sources that are files. */
function filesIn(value: unknown, key: string): ConfiguredFile[] {
  if (isRecord(value)) {
    return Object.entries(value).flatMap(([name, inner]) =>
      filesIn(inner, key === '' ? name : `${key}.${name}`),
    );
  }
  const isFile = /File(\.path)?$/.test(key) && typeof value === 'string';
  return isFile ? [{ key, path: value }] : [];
}

function checkContent(key: string, file: Content): Problem[] {
  if (key === 'overridesFile.path') return checkOverrides(file);
  if (key === 'licenseFile.path') return checkLicenses(file);
  return [];
}

function checkOverrides(file: Content): Problem[] {
  const decoded = decodeOverrides(file.bytes);
  if (!decoded.ok) return checkWatched(file, decoded);
  const { readings, unnamed } = decoded.value;
  const doubtful = unnamed.map((problem) => toProblem(file, problem));
  return [...doubtful, ...checkWatched(file, { ok: true, value: readings })];
}

/** A file of licenses, by the decoder of the license file's source. */
export function checkLicenses(file: Content): Problem[] {
  const decoded = decodeLicenses(file.bytes, file.key);
  if (!decoded.ok) return checkWatched(file, decoded);
  const { readings, nameless } = decoded.value;
  const doubtful = nameless === undefined ? [] : [toProblem(file, nameless)];
  return [...doubtful, ...checkWatched(file, { ok: true, value: readings })];
}

/** A file that is watched keeps its name: a pod would not see a ConfigMap under a new one. */
function checkWatched(file: Content, decoded: Parsed<Readings>): Problem[] {
  const hashed = isHashed(file.source)
    ? [{ manifest: file.source, path: ['metadata', 'name'], message: HASHED }]
    : [];
  if (!decoded.ok) return [...hashed, toProblem(file, decoded.problem)];
  const unreadable = [...decoded.value.values()].flatMap((reading) =>
    reading.kind === 'unreadable' ? [toProblem(file, reading.problem)] : [],
  );
  return [...hashed, ...unreadable];
}

const HASHED =
  'has a hash in it, so that every change would restart the pods that watch it: give its generator disableNameSuffixHash';

function toProblem({ source, key }: Content, problem: string): Problem {
  return { manifest: source, path: ['data', key], message: `is not understood: ${problem}` };
}
