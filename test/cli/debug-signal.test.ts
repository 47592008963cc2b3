import { once } from 'node:events';
import { expect } from 'chai';
import { pino } from 'pino';
import { toggleDebugBySignal } from '../../src/cli/debug-signal.ts';

async function signal(): Promise<void> {
  const received = once(process, 'SIGUSR2');
  process.kill(process.pid, 'SIGUSR2');
  await received;
}

describe('SIGUSR2', () => {
  it('turns debug lines on and off again, and says so', async () => {
    const lines: string[] = [];
    const write = (line: string): void => {
      lines.push((JSON.parse(line) as { msg: string }).msg);
    };
    const logger = pino({ level: 'warn' }, { write });
    const stop = toggleDebugBySignal(logger);
    try {
      await signal();
      expect(logger.level).to.equal('debug');
      logger.debug('in detail');
      await signal();
      expect(logger.level).to.equal('warn');
      logger.debug('not written');
    } finally {
      stop();
    }
    expect(lines).to.deep.equal([
      "the log's level is debug from now on (SIGUSR2)",
      'in detail',
      "the log's level is warn from now on (SIGUSR2)",
    ]);
  });
});
