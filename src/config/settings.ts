import { z } from 'zod';
import { configSchema } from './schema.ts';
import { notes } from './written.ts';

/** One key of the configuration, as it is told to people and found in other places. */
export interface Setting {
  readonly path: readonly string[];
  /** The path in one word: `licenseService.maxConcurrency`. */
  readonly key: string;
  /** A `section` holds settings, a `map` whatever keys it is given, a `list` scalars, `records` mappings. */
  readonly kind: 'section' | 'map' | 'list' | 'records' | 'integer' | 'boolean' | 'text';
  /** The environment variable; undefined for what is no scalar and no list of them. */
  readonly variable: string | undefined;
  readonly description: string;
  /** To be read after "allowed is". */
  readonly allowed: string;
  /** The same for an entry of a map or list. */
  readonly entry: string;
  /** The default as it is written; undefined where there is none. */
  readonly fallback: string | undefined;
  /** Whether its section can't be given without it. */
  readonly isRequired: boolean;
  /** Whether its value must not be shown. */
  readonly isSecret: boolean;
}

/** The kinds that no variable can hold. */
const FILE_ONLY: readonly Setting['kind'][] = ['section', 'map', 'records'];

/** What every variable's name begins with. */
export const VARIABLE_PREFIX = 'LICENSE_SCALER';

/** Every key of the configuration, in the order of the schema, each section before what it holds. */
export const SETTINGS: readonly Setting[] = settingsIn(configSchema, []);

const BY_KEY = new Map(SETTINGS.map((setting) => [setting.key, setting]));

/** The setting at a path; undefined where there is none. The empty path is the configuration itself. */
export function settingAt(path: readonly PropertyKey[]): Setting | undefined {
  return BY_KEY.get(formatPath(path));
}

/** The setting at a path or, for an entry of a map or list, the one that it belongs to. */
export function settingAround(path: readonly PropertyKey[]): Setting | undefined {
  return settingAt(path) ?? (path.length === 0 ? undefined : settingAround(path.slice(0, -1)));
}

/** The settings directly in a section. */
export function childrenOf(section: readonly PropertyKey[]): Setting[] {
  const key = formatPath(section);
  return SETTINGS.filter(
    ({ path }) => path.length === section.length + 1 && formatPath(path.slice(0, -1)) === key,
  );
}

/** A path in one word: `push.repeats[1]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}

function settingsIn(schema: z.core.$ZodType, path: readonly string[]): Setting[] {
  const { core, fallback } = unwrap(schema);
  const setting = toSetting(core, path, fallback, schema === core && path.length > 0);
  if (!(core instanceof z.ZodObject)) return [setting];
  const shape: Readonly<Record<string, z.core.$ZodType>> = core.shape;
  const inner = Object.entries(shape).map(([name, child]) => settingsIn(child, [...path, name]));
  return [setting, ...inner.flat()];
}

function toSetting(
  core: z.core.$ZodType,
  path: readonly string[],
  given: unknown,
  isRequired: boolean,
): Setting {
  const kind = kindOf(core);
  const { allowed = '', entry = '', isSecret = false, fallback } = notes.get(core) ?? {};
  return {
    path,
    key: formatPath(path),
    kind,
    variable: FILE_ONLY.includes(kind) ? undefined : variableOf(path),
    description: z.globalRegistry.get(core)?.description ?? '',
    allowed,
    entry,
    fallback: kind === 'section' ? undefined : (fallback ?? toText(given)),
    isRequired,
    isSecret,
  };
}

/** Takes off what makes a schema optional; of a section also what is computed from it. */
function unwrap(schema: z.core.$ZodType): { core: z.core.$ZodType; fallback?: unknown } {
  if (schema instanceof z.ZodOptional) return unwrap(schema.def.innerType);
  if (schema instanceof z.ZodPrefault) {
    return { ...unwrap(schema.def.innerType), fallback: schema.def.defaultValue };
  }
  if (schema instanceof z.ZodCodec && schema.def.in instanceof z.ZodObject) {
    return { core: schema.def.in };
  }
  return { core: schema };
}

function kindOf(core: z.core.$ZodType): Setting['kind'] {
  if (core instanceof z.ZodObject) return 'section';
  if (core instanceof z.ZodRecord) return 'map';
  if (core instanceof z.ZodArray) {
    const { core: element } = unwrap(core.element);
    return element instanceof z.ZodCodec && element.def.in instanceof z.ZodRecord
      ? 'records'
      : 'list';
  }
  if (core instanceof z.ZodBoolean) return 'boolean';
  return core instanceof z.ZodNumber ? 'integer' : 'text';
}

/** `licenseService.maxConcurrency` -> `LICENSE_SCALER_LICENSE_SERVICE_MAX_CONCURRENCY` */
function variableOf(path: readonly string[]): string {
  const words = path.map((name) => name.replace(/[A-Z]/g, '_$&').toUpperCase());
  return [VARIABLE_PREFIX, ...words].join('_');
}

function toText(fallback: unknown): string | undefined {
  if (Array.isArray(fallback)) return `[${fallback.join(', ')}]`;
  return typeof fallback === 'string' ? fallback : JSON.stringify(fallback);
}
