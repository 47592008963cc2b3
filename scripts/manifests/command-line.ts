import { CommanderError, type Command } from 'commander';
import { createProgram } from '../../src/cli/program.ts';
import { quote, parsed, unparsed, type Parsed } from '../../src/core/parsed.ts';

/** What a container's arguments ask the program for. */
export interface CommandLine {
  /** `serve`, `license-service`, ... */
  readonly command: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Reads a container's arguments by the program's own command line; nothing is run. */
export function parseCommandLine(args: readonly string[]): Parsed<CommandLine> {
  // It is never asked to stop, for it is never started.
  const { commands } = createProgram(Promise.resolve('SIGTERM'));
  const [name, ...rest] = args;
  const command = commands.find((candidate) => candidate.name() === name);
  if (command === undefined) {
    const names = commands.map((candidate) => candidate.name()).join(', ');
    return unparsed(`has the command ${quote(name ?? 'not given')}, allowed is one of ${names}`);
  }
  return parseOptions(command, rest);
}

function parseOptions(command: Command, args: string[]): Parsed<CommandLine> {
  command.configureOutput({ writeErr: () => undefined });
  try {
    const { operands, unknown } = command.parseOptions(args);
    const strange = [...operands, ...unknown];
    if (strange.length > 0) {
      const flags = command.options.map((option) => option.flags).join('; ');
      return unparsed(`has ${strange.map(quote).join(', ')}, allowed are ${flags || 'none'}`);
    }
  } catch (error) {
    if (error instanceof CommanderError) return unparsed(`can't be read: ${error.message}`);
    throw error;
  }
  return parsed({ command: command.name(), options: command.opts() });
}
