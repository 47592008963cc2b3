import type { Command } from 'commander';
import { startApp } from '../app.ts';
import { loadConfig } from '../config/load.ts';
import { LogOutput } from '../observability/log-output.ts';
import { createLogger } from '../observability/logger.ts';
import { toggleDebugBySignal } from './debug-signal.ts';
import type { StopSignal } from './stop-signal.ts';
import { VERSION } from './version.ts';

/** `license-scaler serve`: runs until it is asked to stop. */
export function registerServeCommand(program: Command, stopSignal: StopSignal): void {
  program
    .command('serve')
    .description('run the scaler')
    .option('-c, --config <file>', 'configuration file (YAML); every scalar also by environment')
    .addHelpText(
      'after',
      '\nSIGTERM stops it in order (streams end with status OK); a second signal at once. SIGUSR2 turns debug lines on and off.',
    )
    .action(async ({ config: file }: { config?: string }) => {
      const config = await loadConfig({ file, env: process.env });
      const output = new LogOutput();
      const logger = createLogger(config.log, output);
      toggleDebugBySignal(logger);
      const app = await startApp(config, logger, {
        version: VERSION,
        droppedLines: () => output.dropped,
      });
      logger.info(
        { version: VERSION, grpcPort: app.grpcPort, httpPort: app.httpPort },
        `license-scaler ${VERSION} serves gRPC on port ${app.grpcPort} and HTTP on port ${app.httpPort}`,
      );
      const signal = await stopSignal;
      logger.info({ signal }, `stopping on ${signal}`);
      await app.stop();
      logger.info('stopped');
      await output.end();
    });
}
