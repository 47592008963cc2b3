import type { Command } from 'commander';
import { toJsonSchema } from '../config/json-schema.ts';
import { loadConfig } from '../config/load.ts';
import { showConfig } from '../config/show.ts';

interface Options {
  readonly config?: string;
}

const FILE = '-c, --config <file>';
const ABOUT_FILE = 'configuration file (YAML); without it the environment alone';

/** `license-scaler config`: checks, explains and shows the configuration. All three only read. */
export function registerConfigCommand(program: Command): void {
  const config = program
    .command('config')
    .description('check, explain and show the configuration')
    .addHelpText('after', '\nExit codes: 0 the configuration is good, 2 it has problems.');
  registerCheck(config);
  registerSchema(config);
  registerShow(config);
}

function registerCheck(config: Command): void {
  config
    .command('check')
    .description('check file and environment; tell every problem at once')
    .option(FILE, ABOUT_FILE)
    .addHelpText(
      'after',
      '\nNothing is connected to, and the files that the configuration names are not opened.' +
        '\nExit codes: 0 good, 2 with problems (on standard error).',
    )
    .action(async ({ config: file }: Options, command: Command) => {
      await loadConfig({ file, env: process.env });
      print(command, `ok: ${file ?? 'environment'}\n`);
    });
}

function registerSchema(config: Command): void {
  config
    .command('schema')
    .description('print the JSON Schema of the configuration file')
    .addHelpText(
      'after',
      '\nFor editors: save it and put "# yaml-language-server: $schema=FILE" on top of the configuration.',
    )
    .action((_options: unknown, command: Command) => {
      print(command, `${JSON.stringify(toJsonSchema(), undefined, 2)}\n`);
    });
}

function registerShow(config: Command): void {
  config
    .command('show')
    .description('print the effective configuration as YAML, secrets hidden')
    .option(FILE, ABOUT_FILE)
    .addHelpText(
      'after',
      '\nThe file with the environment over it and the defaults under it, as "serve" would use it.',
    )
    .action(async ({ config: file }: Options, command: Command) => {
      print(command, showConfig(await loadConfig({ file, env: process.env })));
    });
}

function print(command: Command, text: string): void {
  command.configureOutput().writeOut?.(text);
}
