import { pino, stdTimeFunctions, type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { LogOutput } from './log-output.ts';
import { redact } from './redact.ts';

export type { Logger };

export interface LoggerOptions {
  readonly level: string;
  /** `auto`: for a person on a terminal, JSON lines everywhere else. */
  readonly format: 'auto' | 'json' | 'pretty';
}

/**
 * The program's log, on standard output: JSON lines with `level`, `time` (RFC 3339) and `msg`. Written
 * at once, so that the last line before an exit is there. What looks like a secret is replaced by `***`.
 */
export function createLogger({ level, format }: LoggerOptions, output = new LogOutput()): Logger {
  const isPretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    // What is made for people has levels as numbers.
    formatters: isPretty ? {} : { level: (label: string) => ({ level: label }) },
    hooks: { streamWrite: redact },
  };
  const logger = pino(options, isPretty ? prettily(output) : output);
  output.onRecovery = (lines, cause) => {
    const facts = { dropped: lines, cause };
    logger.warn(facts, `the log could not be written (${describe(cause)}): ${countOf(lines)} lost`);
  };
  return logger;
}

function prettily(output: LogOutput): Pick<LogOutput, 'write'> {
  const toText = prettyFactory({ colorize: process.stdout.isTTY });
  return {
    write: (line) => {
      output.write(toText(line));
    },
  };
}

function describe(cause: string): string {
  return cause === 'EAGAIN' ? 'its reader was too slow' : cause;
}

function countOf(lines: number): string {
  return lines === 1 ? '1 line is' : `${lines.toLocaleString('en')} lines are`;
}
