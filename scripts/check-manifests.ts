/**
 * Renders everything in k8s/ and checks what comes out: `npm run lint:manifests`. What is checked is in
 * manifests/rules/, one file a concern.
 */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { OperatorError, messageOf } from '../src/core/operator-error.ts';
import { checkScene } from './manifests/check-scene.ts';
import { requireKubectl } from './manifests/kubectl.ts';
import { findKustomizations, planRenderings, type Rendering } from './manifests/kustomizations.ts';
import { formatProblem } from './manifests/problem.ts';
import { countOf, formatReport, type Report } from './manifests/report.ts';
import { findOrigins, render, type Rendered } from './manifests/render.ts';
import { scalersIn } from './manifests/scaler-address.ts';

interface Attempt {
  readonly rendering: Rendering;
  /** What came out, or what kustomize complained about. */
  readonly result: Rendered | string;
}

new Command('check-manifests')
  .description('render every kustomization with `kubectl kustomize`, and check what comes out')
  .argument('[directory]', 'where the kustomizations are', 'k8s')
  .addHelpText('after', '\nExit codes: 0 all is well, 1 there are problems, 2 it could not be run.')
  .showHelpAfterError('(see --help)')
  .action(async (directory: string) => {
    await requireKubectl();
    const base = `${directory}/base`;
    const attempts: Attempt[] = [];
    for (const rendering of planRenderings(await findKustomizations(directory))) {
      attempts.push({ rendering, result: await render(rendering, base).catch(messageOf) });
    }
    if (attempts.length === 0) throw new OperatorError(`${directory}: no kustomization.yaml in it`);
    const isGood = await reportAll(attempts, base);
    if (!isGood) process.exitCode = 1;
  })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof OperatorError ? `check-manifests: ${error.message}` : error);
    process.exitCode = 2;
  });

async function reportAll(attempts: readonly Attempt[], base: string): Promise<boolean> {
  const rendered = attempts.flatMap(({ result }) => (typeof result === 'string' ? [] : [result]));
  const scalers = new Set(rendered.flatMap(({ objects }) => scalersIn(objects)));
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  let count = 0;
  for (const { rendering, result } of attempts) {
    const report = await toReport(rendering, result, { scalers, version }, base);
    console.log(formatReport(report));
    count += report.problems.length;
  }
  console.log(`${countOf(attempts.length, 'rendering')}, ${countOf(count, 'problem')}`);
  return count === 0;
}

async function toReport(
  rendering: Rendering,
  result: Attempt['result'],
  rest: { readonly scalers: ReadonlySet<string>; readonly version: string },
  base: string,
): Promise<Report> {
  if (typeof result === 'string') {
    return { rendering, base, objects: 0, problems: [`does not render: ${result}`] };
  }
  const { objects, warnings } = result;
  const problems = await checkScene({ objects, ...rest });
  // Only for the sake of the message.
  const origins =
    problems.length === 0 ? new Map<string, string>() : await findOrigins(rendering, base);
  return {
    rendering,
    base,
    objects: objects.length,
    problems: [
      ...(warnings === '' ? [] : [`kustomize warns: ${warnings}`]),
      ...problems.map((problem) => formatProblem(problem, origins)),
    ],
  };
}
