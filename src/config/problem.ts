import { OperatorError } from '../core/operator-error.ts';

/** One thing that is wrong with the configuration. */
export interface Problem {
  /** The key, such as `licenseService.interval`; empty where it is about the whole. */
  readonly path: string;
  /** Where it was given: `config.yaml:12`, a variable's name, or `environment` for what is nowhere. */
  readonly place: string;
  /** A sentence that begins with the key: what was found and what is allowed. */
  readonly message: string;
}

const HINT = 'Run "license-scaler config schema" for every key, or see docs/configuration.md.';

/** A configuration that can't be used. Its message tells all of its problems, one a line. */
export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(describe(problems));
    this.problems = problems;
  }
}

function describe(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  const lines = problems.map(({ place, message }) => `  ${place}: ${message}`);
  return [`the configuration has ${count}:`, ...lines, HINT].join('\n');
}
