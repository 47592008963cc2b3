#!/usr/bin/env node
/** The process: arguments, signals and the exit code. */
import { constants } from 'node:os';
import { createOutput } from './cli/output.ts';
import { createProgram } from './cli/program.ts';
import { report } from './cli/report.ts';

const stopSignal = new Promise<NodeJS.Signals>((resolve) => {
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    // Stops at once on the second signal.
    if (isStopping) process.exit(128 + constants.signals[signal]);
    isStopping = true;
    resolve(signal);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
});

const output = createOutput();
try {
  await createProgram(stopSignal, output).parseAsync();
} catch (error) {
  process.exitCode = report(error, output.err);
}
