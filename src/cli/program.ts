import { Command } from 'commander';
import { registerConfigCommand } from './config.ts';
import { registerDemoCommand } from './demo.ts';
import { registerExplainCommand } from './explain.ts';
import { registerLicenseServiceCommand } from './license-service.ts';
import { registerProbeCommand } from './probe.ts';
import { registerServeCommand } from './serve.ts';
import type { StopSignal } from './stop-signal.ts';
import { registerStreamCommand } from './stream.ts';
import { registerValidateCommand } from './validate.ts';
import { VERSION } from './version.ts';
import { registerWatchCommand } from './watch.ts';

/** The command line: one file a command. */
export function createProgram(stopSignal: StopSignal): Command {
  const program = new Command('license-scaler')
    .description(
      "A KEDA external-push scaler that runs each tenant's workloads exactly while that tenant's license allows it.",
    )
    .version(VERSION)
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 a fault of the program, 2 something that you can mend.',
    );
  registerServeCommand(program, stopSignal);
  registerDemoCommand(program, stopSignal);
  registerExplainCommand(program);
  registerWatchCommand(program, stopSignal);
  registerStreamCommand(program, stopSignal);
  registerProbeCommand(program);
  registerLicenseServiceCommand(program, stopSignal);
  registerConfigCommand(program);
  registerValidateCommand(program);
  return program;
}
