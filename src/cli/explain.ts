import type { Command } from 'commander';
import { OperatorError } from '../core/operator-error.ts';
import { shapes } from '../http/api-schema.ts';
import { describeTenant } from './explanation.ts';
import { paletteFor } from './palette.ts';
import { addSidePortOptions, ask, parseJson, type SidePortOptions } from './side-port.ts';

interface Options extends SidePortOptions {
  readonly json?: true;
}

/** `license-scaler explain`: why a tenant's standing is what it is, as a running license-scaler has it. */
export function registerExplainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('ask a running license-scaler why a tenant runs, or does not')
    .argument('<tenant>', "the tenant's id: its namespace, unless its trigger says otherwise");
  addSidePortOptions(command)
    .option('--json', 'the whole answer, as JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 explained, 2 nothing is known about the tenant, or license-scaler does not answer.',
    )
    .action(async (tenant: string, options: Options) => {
      const path = `/api/tenants/${encodeURIComponent(tenant)}`;
      const answer = parseJson(await (await ask(options, path)).text());
      if (!answer.ok) throw new OperatorError(`what ${options.url.href} answers ${answer.problem}`);
      if (options.json === true) print(command, `${JSON.stringify(answer.value, undefined, 2)}\n`);
      else print(command, describe(answer.value, options.url));
    });
}

function describe(value: unknown, url: URL): string {
  const answer = shapes.TenantReport.safeParse(value);
  if (answer.success) return describeTenant(answer.data, paletteFor(process.stdout), Date.now());
  throw new OperatorError(
    `${url.href} answers in another way than this version does; --json shows it as it is`,
  );
}

function print(command: Command, text: string): void {
  command.configureOutput().writeOut?.(text);
}
