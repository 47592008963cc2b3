import { isRecord } from '../core/parsed.ts';
import { NO_DOCUMENT, readDocument, type ConfigDocument } from './document.ts';
import { readEnvironment, type Environment, type Variable } from './environment.ts';
import { toProblems } from './issues.ts';
import { ConfigError, type Problem } from './problem.ts';
import { configSchema, type Config } from './schema.ts';
import { formatPath, settingAt } from './settings.ts';

type Path = readonly PropertyKey[];

export interface ConfigSources {
  /** The YAML file; undefined: the environment alone. */
  readonly file?: string | undefined;
  readonly env: Environment;
}

/**
 * Loads the configuration: the file, over it the environment, under both the defaults. The files that
 * it names are not opened.
 *
 * @returns the configuration, deeply frozen
 * @throws ConfigError that tells everything that is wrong, not only the first thing
 */
export async function loadConfig({ file, env }: ConfigSources): Promise<Config> {
  return toConfig(file === undefined ? NO_DOCUMENT : await readDocument(file), env);
}

/** As `loadConfig`, of a file that was read already. */
export function toConfig(document: ConfigDocument, env: Environment): Config {
  const environment = readEnvironment(env);
  const given = assemble(document.content, environment.variables);
  const result = configSchema.safeParse(given);
  const variableAt = createVariableAt(environment.variables);
  const found = result.success
    ? []
    : toProblems(result.error, given, (path) => variableAt(path) ?? document.placeOf(path));
  const problems = [
    ...withDocument(document.problem, found, environment.variables),
    ...environment.problems,
  ];
  if (!result.success || problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(result.data);
}

/** Of a file that can't be read nothing more is to be said; what is missing may well be in it. */
function withDocument(
  unreadable: Problem | undefined,
  found: readonly Problem[],
  variables: readonly Variable[],
): readonly Problem[] {
  if (unreadable === undefined) return found;
  const names = new Set(variables.map(({ name }) => name));
  return [unreadable, ...found.filter(({ place }) => names.has(place))];
}

/** Which variable gave what is at a path. */
function createVariableAt(variables: readonly Variable[]): (path: Path) => string | undefined {
  const names = new Map(variables.map(({ name, path }) => [formatPath(path), name]));
  const variableAt = (path: Path): string | undefined =>
    names.get(formatPath(path)) ?? (path.length === 0 ? undefined : variableAt(path.slice(0, -1)));
  return variableAt;
}

function assemble(content: unknown, variables: readonly Variable[]): unknown {
  return variables.reduce<unknown>(
    (given, { path, value }) => withValue(given, path, value),
    filled(content, []),
  );
}

/** A section or map with nothing behind its colon, or only comments, is empty rather than wrong. */
function filled(value: unknown, path: Path): unknown {
  const kind = settingAt(path)?.kind;
  if (kind !== 'section' && kind !== 'map') return value;
  if (!isRecord(value)) return value ?? {};
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, filled(inner, [...path, name])]),
  );
}

/** Where a section is something else, the value has no place; that is a problem of the section. */
function withValue(given: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  if (given !== undefined && !isRecord(given)) return given;
  return { ...given, [name]: withValue(given?.[name], rest, value) };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
