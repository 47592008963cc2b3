import { existsSync, readFileSync } from 'node:fs';

const tellsWaiting = existsSync('/proc/self/schedstat');

/**
 * How long the main thread of a process has been ready to run, but on no core, in ms since its start: 0 where
 * the system does not tell (Linux does).
 */
export function waitedMs(process: number | 'self'): number {
  if (!tellsWaiting) return 0;
  const [, nanoseconds] = readFileSync(`/proc/${process}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1e6;
}
