/** What validating files gave, as people and machines read it. */
import { countOf, type Complaint, type Severity } from '../validation/assessment.ts';
import type { ValidatedFile } from '../validation/validate-files.ts';
import { printable, type Palette } from './palette.ts';

/** One complaint a line, and for each file without an error what it means. */
export function describeValidation(files: readonly ValidatedFile[], palette: Palette): string {
  const lines = files.flatMap(({ name, complaints, meanings }) => [
    ...complaints.map((complaint) => describe(complaint, name, palette)),
    ...(hasError(complaints) ? [] : meanings).map(
      (meaning) => `${printable(name)}: ${palette.standing('licensed', printable(meaning))}`,
    ),
  ]);
  return lines.map((line) => `${line}\n`).join('');
}

function describe(
  { severity, place, where, message }: Complaint,
  name: string,
  palette: Palette,
): string {
  const { line, column } = place ?? {};
  const at = [name, line, column].filter((part) => part !== undefined).join(':');
  const about = where === '' ? '' : ` ${palette.strong(printable(where))}`;
  return `${printable(at)}: ${paint(severity, palette)}${about}: ${printable(message)}`;
}

function paint(severity: Severity, { standing, trouble, faint }: Palette): string {
  if (severity === 'error') return standing('unlicensed', severity);
  return severity === 'warning' ? trouble(severity) : faint(severity);
}

/** One JSON document. */
export function toJson(files: readonly ValidatedFile[]): string {
  const answer = {
    ok: countSeverities(files).isGood,
    files: files.map(({ name, complaints, meanings }) => ({
      file: name,
      ok: !hasError(complaints),
      means: hasError(complaints) ? [] : meanings,
      complaints: complaints.map(({ severity, place, where, message }) => ({
        severity,
        line: place?.line ?? null,
        column: place?.column ?? null,
        where: where === '' ? null : where,
        message,
      })),
    })),
  };
  return `${JSON.stringify(answer, undefined, 2)}\n`;
}

/** Whether there is no error, and how many there are. */
export function countSeverities(files: readonly ValidatedFile[]): {
  readonly isGood: boolean;
  readonly summary: string;
} {
  const all = files.flatMap(({ complaints }) => complaints);
  const count = (wanted: Severity): number =>
    all.filter(({ severity }) => severity === wanted).length;
  const warnings = count('warning');
  const more = warnings === 0 ? '' : ` and ${countOf(warnings, 'warning')}`;
  const summary = `${countOf(count('error'), 'error')}${more} in ${countOf(files.length, 'file')}`;
  return { isGood: count('error') === 0, summary };
}

function hasError(complaints: readonly Complaint[]): boolean {
  return complaints.some(({ severity }) => severity === 'error');
}
