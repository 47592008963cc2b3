import type { Finding, Path, Problem } from '../problem.ts';
import { parseCommandLine } from '../command-line.ts';
import { isOwnImage } from '../image-reference.ts';
import type { Reader } from '../mounted-files.ts';
import { containersOf, podTemplatesOf } from '../pod-templates.ts';
import { toProblems } from '../problem.ts';
import type { Rule } from '../scene.ts';
import { checkLicenseService } from './license-service.ts';
import { checkServe } from './serve.ts';

/**
 * Every container of this project's image is one that will start: its arguments, its configuration and
 * the files that it reads are understood by the program's own code, and it is locked up and probed.
 */
export const checkProgram: Rule = async ({ objects }) => {
  const problems: Problem[] = [];
  for (const template of podTemplatesOf(objects)) {
    for (const placed of containersOf(template)) {
      if (!isOwnImage(placed.container.image)) continue;
      problems.push(...checkConfinement({ template, placed, objects }));
      problems.push(...(await checkArguments({ template, placed, objects })));
    }
  }
  return problems;
};

async function checkArguments(reader: Reader): Promise<readonly Problem[]> {
  const { container, path } = reader.placed;
  const at = (field: string, message: string): readonly Problem[] =>
    toProblems(reader.template.workload, path, [{ path: [field], message }]);
  if (container.command !== undefined) {
    return at('command', "is given, allowed is none: the image's own is the program; give args");
  }
  const line = parseCommandLine(container.args ?? []);
  if (!line.ok) return at('args', line.problem);
  if (line.value.command === 'serve') return checkServe(line.value, reader);
  if (line.value.command === 'license-service') return checkLicenseService(line.value, reader);
  return at('args', `has the command ${line.value.command}, allowed is serve or license-service`);
}

/** It writes no files, is given no token unasked, and is known to be well only by being asked. */
function checkConfinement({ template, placed }: Reader): readonly Problem[] {
  const { workload, path, spec } = template;
  const { container } = placed;
  const findings: Finding[] = [];
  const need = (isThere: boolean, at: Path, message: string): void => {
    if (!isThere) findings.push({ path: at, message });
  };
  need(
    container.securityContext?.readOnlyRootFilesystem === true,
    [...placed.path, 'securityContext', 'readOnlyRootFilesystem'],
    'is not true: give it, for the program writes no files',
  );
  need(
    spec.automountServiceAccountToken === false,
    [...path, 'spec', 'automountServiceAccountToken'],
    'is not false: give it, for the program calls no Kubernetes API but by a token that is mounted by itself',
  );
  for (const probe of ['readinessProbe', 'livenessProbe'] as const) {
    need(container[probe] !== undefined, [...placed.path, probe], 'is missing: add it');
  }
  return toProblems(workload, [], findings);
}
