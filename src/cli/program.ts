import { Command } from 'commander';
import { registerConfigCommand } from './config.ts';
import { registerDemoCommand } from './demo.ts';
import { registerExplainCommand } from './explain.ts';
import { registerLicenseServiceCommand } from './license-service.ts';
import { createOutput } from './output.ts';
import { registerProbeCommand } from './probe.ts';
import { registerServeCommand } from './serve.ts';
import type { StopSignal } from './stop-signal.ts';
import { registerStreamCommand } from './stream.ts';
import { registerValidateCommand } from './validate.ts';
import { VERSION } from './version.ts';
import { registerWatchCommand } from './watch.ts';

/** The command line: one file a command. */
export function createProgram(stopSignal: StopSignal, output = createOutput()): Command {
  const { out, err, unread } = output;
  // What only prints, without an end of its own, has nothing to do once nobody reads it.
  const stopOrUnread = Promise.race([stopSignal, unread]);
  const program = new Command('license-scaler')
    .description(
      "A KEDA external-push scaler that runs each tenant's workloads exactly while that tenant's license allows it.",
    )
    .version(VERSION)
    .showHelpAfterError('(see --help)')
    .configureOutput({ writeOut: out, writeErr: err })
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 a fault of the program, 2 something that you can mend.',
    );
  registerServeCommand(program, stopSignal);
  registerDemoCommand(program, stopOrUnread);
  registerExplainCommand(program);
  registerWatchCommand(program, stopOrUnread);
  registerStreamCommand(program, stopOrUnread);
  registerProbeCommand(program);
  registerLicenseServiceCommand(program, stopSignal);
  registerConfigCommand(program);
  registerValidateCommand(program);
  return program;
}
