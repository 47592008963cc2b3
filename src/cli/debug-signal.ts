import type { Logger } from '../observability/logger.ts';

/**
 * Turns the log's level to `debug` at every SIGUSR2 and, at the next, back to what it was, without a restart.
 *
 * @returns what ends the listening
 */
export function toggleDebugBySignal(logger: Logger): () => void {
  const configured = logger.level;
  const onSignal = (): void => {
    const level = logger.level === 'debug' ? configured : 'debug';
    // Said at the level of the two that is written more of, so that it is seen.
    logger.level = 'debug';
    logger.warn({ logLevel: level }, `the log's level is ${level} from now on (SIGUSR2)`);
    logger.level = level;
  };
  process.on('SIGUSR2', onSignal);
  return () => {
    process.off('SIGUSR2', onSignal);
  };
}
