import { CommanderError } from 'commander';
import { OperatorError } from '../core/operator-error.ts';

/**
 * Tells a person what went wrong.
 *
 * @param err prints on standard error
 * @returns the exit code: 0 where nothing did, 2 for what the operator can mend, 1 for a fault of the program
 */
export function report(error: unknown, err: (text: string) => void): 0 | 1 | 2 {
  // What is wrong with the command line has been told already, and so has what was asked for by --help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof OperatorError) {
    err(`license-scaler: ${error.message}\n`);
    return 2;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  err(`license-scaler: a fault of the program, please report it:\n${text}\n`);
  return 1;
}
