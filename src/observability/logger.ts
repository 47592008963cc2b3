import { destination, pino, stdTimeFunctions, type Logger } from 'pino';
import pretty from 'pino-pretty';
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
export function createLogger({ level, format }: LoggerOptions): Logger {
  const isPretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { streamWrite: redact },
  };
  if (!isPretty) return pino(options, destination({ fd: 1, sync: true }));
  return pino(
    { ...options, formatters: {} },
    pretty({ sync: true, colorize: process.stdout.isTTY }),
  );
}
