import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { messageOf, OperatorError } from '../core/operator-error.ts';
import { CONTENT_KINDS, type ContentKind } from '../validation/content-kind.ts';
import { validateFiles, type GivenFile } from '../validation/validate-files.ts';
import { paletteFor } from './palette.ts';
import { countSeverities, describeValidation, toJson } from './validation-report.ts';

interface Options {
  readonly as?: ContentKind;
  readonly json?: true;
}

/** `license-scaler validate`: all that is wrong with files, before they are applied. It only reads. */
export function registerValidateCommand(program: Command): void {
  const command = program
    .command('validate')
    .description(
      'check license files, overrides, ScaledObjects and configurations; tell every problem',
    )
    .argument('<file...>', 'YAML or JSON, recognized by content; - is standard input');
  command
    .addOption(new Option('--as <kind>', 'what the files are, all of them').choices(CONTENT_KINDS))
    .option('--json', 'what was found, as JSON')
    .addHelpText('after', HELP)
    .action(async (names: string[], { as, json }: Options) => {
      const files = await Promise.all(names.map(read));
      const validated = validateFiles(files, as, Date.now());
      const text =
        json === true
          ? toJson(validated)
          : describeValidation(validated, paletteFor(process.stdout));
      command.configureOutput().writeOut?.(text);
      const counts = countSeverities(validated);
      if (counts.isGood) return;
      throw new OperatorError(counts.summary);
    });
}

const HELP = `
Nothing is connected to. Each line on standard output is FILE:LINE:COLUMN, how bad it is, and what to do. A
file without an error gets a line that says what it means. In manifests the ScaledObjects are checked, and
ConfigMaps that carry one of the other files; other kinds are passed over.

  kubectl kustomize k8s/tenants | license-scaler validate -
  kubectl get scaledobjects -A -o yaml | license-scaler validate -
  license-scaler validate overrides.yaml tenants.json

Without --as, only external triggers that seem to ask license-scaler are checked; with --as scaledobjects all.

Exit codes: 0 no error (there may be warnings), 2 errors, or the command line is wrong.`;

async function read(name: string): Promise<GivenFile> {
  if (name === '-') return { name: 'stdin', bytes: await readAll(process.stdin) };
  try {
    return { name, bytes: await readFile(name) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EISDIR' ? 'it is a folder, name the files in it' : messageOf(error);
    return { name, bytes: `can't be read: ${why}` };
  }
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
