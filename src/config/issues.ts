import type { z } from 'zod';
import { isRecord, quote } from '../core/parsed.ts';
import { nearestKey } from './nearest.ts';
import type { Problem } from './problem.ts';
import { childrenOf, formatPath, settingAround, settingAt, type Setting } from './settings.ts';

type Path = readonly PropertyKey[];

/** Words what zod found wrong for an operator. */
export function toProblems(
  { issues }: z.core.$ZodError,
  given: unknown,
  placeOf: (path: Path) => string,
): Problem[] {
  const problem = (path: Path, sentence: string): Problem => ({
    path: formatPath(path),
    place: placeOf(path),
    message: `${formatPath(path)} ${sentence}`.trim(),
  });
  return issues.flatMap((issue) => {
    const { path } = issue;
    if (issue.code === 'custom') return problem(path, issue.message);
    if (issue.code !== 'unrecognized_keys') return problem(path, describe(path, at(given, path)));
    return issue.keys.map((name) => problem([...path, name], describeUnknown(path, name)));
  });
}

function describe(path: Path, value: unknown): string {
  const setting = settingAround(path);
  const isEntry = setting !== settingAt(path);
  const allowed = (isEntry ? setting?.entry : setting?.allowed) ?? '';
  const subject = path.length === 0 ? 'the configuration ' : '';
  return `${subject}${found(value, setting)}, allowed is ${allowed}`;
}

/** What was found, as far as it may be shown: where a section is expected, a text may be any secret. */
function found(value: unknown, setting: Setting | undefined): string {
  if (value === undefined) return 'is missing';
  if (value === null || value === '') return 'is empty';
  if (Array.isArray(value)) return `is a list of ${value.length}`;
  if (isRecord(value)) return 'is a mapping';
  const isHidden = setting === undefined || setting.isSecret || setting.kind === 'section';
  if (!isHidden) return `is ${quote(value)}`;
  return `is a ${typeof value === 'string' ? 'text' : typeof value}`;
}

function describeUnknown(section: Path, name: string): string {
  const here = childrenOf(section).map(({ path }) => path.at(-1));
  const known = nearestKey([...section, name]);
  const advice = known === undefined ? '' : `the nearest known is ${known}; `;
  return `is not known, ${advice}allowed here are ${here.join(', ')}`;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, part)
        ? (inner as Record<PropertyKey, unknown>)[part]
        : undefined,
    value,
  );
}
