/**
 * Something that the operator can mend: a port in use, a file that can't be read. Its message is all
 * that is shown; any other error is a fault of the program and is shown with its stack.
 */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}

/** The text of an error that was caught, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
