import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { SETTINGS, VARIABLE_PREFIX, type Setting } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that the environment gives. */
export interface Variable {
  readonly name: string;
  readonly path: readonly string[];
  /** As it would be written in the file. */
  readonly value: unknown;
}

export interface EnvironmentReading {
  readonly variables: readonly Variable[];
  readonly problems: readonly Problem[];
}

const BY_VARIABLE = new Map(
  SETTINGS.flatMap((setting) =>
    setting.variable === undefined ? [] : [[setting.variable, setting] as const],
  ),
);

/** Finds the settings in the environment. A variable with our prefix that is no setting is a problem. */
export function readEnvironment(env: Environment): EnvironmentReading {
  const variables: Variable[] = [];
  const problems: Problem[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || !name.startsWith(`${VARIABLE_PREFIX}_`)) continue;
    const setting = BY_VARIABLE.get(name);
    if (setting !== undefined) {
      variables.push({ name, path: setting.path, value: toValue(text.trim(), setting) });
    } else if (!isOfKubernetes(name, env)) {
      problems.push(unknownVariable(name));
    }
  }
  return { variables, problems };
}

function toValue(text: string, { kind }: Setting): unknown {
  if (kind === 'list') return text === '' ? [] : text.split(',').map((item) => item.trim());
  if (kind === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return kind === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text;
}

/**
 * Whether Kubernetes set the variable: it describes every Service of the namespace to every container,
 * and for a Service called `license-scaler`, or `license-scaler-` and anything, under our prefix. What
 * looks like that but does not belong to such a Service is a slip of a person.
 */
function isOfKubernetes(name: string, env: Environment): boolean {
  if (/_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name)) return true;
  if (name.endsWith('_PORT') && isServiceLink(env[name])) return true;
  const service = /^(.+)_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$/.exec(name)?.[1];
  return service === VARIABLE_PREFIX || isServiceLink(env[`${service ?? ''}_PORT`]);
}

function isServiceLink(text: string | undefined): boolean {
  return /^(tcp|udp|sctp):\/\//.test(text ?? '');
}

function unknownVariable(name: string): Problem {
  // The prefix that all have in common says nothing of how alike two are.
  const short = (variable: string): string => variable.slice(VARIABLE_PREFIX.length);
  const known = nearest(short(name), [...BY_VARIABLE.keys()].map(short));
  const advice =
    known === undefined
      ? 'license-scaler config schema has all'
      : `the nearest is ${VARIABLE_PREFIX}${known}`;
  const message = `is no variable of license-scaler, ${advice}`;
  return { path: '', place: name, message };
}
