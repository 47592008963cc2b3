#!/usr/bin/env node
/** The process: arguments, signals and the exit code. */
import { constants } from 'node:os';
import { createProgram } from './cli/program.ts';
import { report } from './cli/report.ts';

const stopSignal = new Promise<NodeJS.Signals>((resolve) => {
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    // Who asks twice means it.
    if (isStopping) process.exit(128 + constants.signals[signal]);
    isStopping = true;
    resolve(signal);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
});

try {
  await createProgram(stopSignal).parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
