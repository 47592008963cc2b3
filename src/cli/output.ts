import type { StopSignal } from './stop-signal.ts';

/** Where a command prints, and what it is told when nobody reads that any more. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Resolves when the reader of standard output has gone, as `head -1` does: a command that goes on for ever ends then. */
  readonly unread: StopSignal;
}

/**
 * Prints to the process's own streams. A reader that goes away is no fault: what comes after is left out,
 * in silence. That standard output can't be written for another reason is said on standard error, once,
 * and makes the exit code 2.
 */
export function createOutput(): Output {
  let leave: (signal: NodeJS.Signals) => void = () => undefined;
  const unread = new Promise<NodeJS.Signals>((resolve) => {
    leave = resolve;
  });
  const err = createPrinter(process.stderr, () => undefined);
  let isOver = false;
  const out = createPrinter(process.stdout, ({ code, message }) => {
    if (code === 'EPIPE') leave('SIGPIPE');
    else if (!isOver) {
      err(`license-scaler: standard output can't be written: ${message}\n`);
      process.exitCode = 2;
    }
    isOver = true;
  });
  return { out, err, unread };
}

/** A pipe reports its errors later, a file at once. */
function createPrinter(
  stream: NodeJS.WriteStream,
  onError: (error: NodeJS.ErrnoException) => void,
): (text: string) => void {
  stream.on('error', onError);
  return (text) => {
    try {
      stream.write(text);
    } catch (error) {
      onError(error as NodeJS.ErrnoException);
    }
  };
}
