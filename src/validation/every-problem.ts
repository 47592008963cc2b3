import { isRecord, type Parsed } from '../core/parsed.ts';

/** One thing that a parser refuses in an object. */
export interface KeyProblem {
  /** The key that it is about; undefined: the object as a whole. */
  readonly key: string | undefined;
  /** The parser's own words. */
  readonly problem: string;
}

/**
 * Everything that a parser refuses in an object, where the parser itself stops at the first thing: it is
 * asked again without the key that it complained about, until it is content or complains about what is
 * missing only because it was taken out.
 */
export function everyProblem<T>(parse: (object: T) => Parsed<unknown>, object: T): KeyProblem[] {
  const problems: KeyProblem[] = [];
  let rest = object;
  for (;;) {
    const result = parse(rest);
    if (result.ok) return problems;
    const key = isRecord(rest) ? keyNamedIn(result.problem, rest) : undefined;
    if (key !== undefined || problems.length === 0) problems.push({ key, problem: result.problem });
    if (key === undefined) return problems;
    rest = without(rest, key);
  }
}

/** Parsers say in words which key they mean: it is the first word that is a key of the object. */
function keyNamedIn(
  problem: string,
  object: Readonly<Record<string, unknown>>,
): string | undefined {
  const words = problem.match(/"(?:\\.|[^"\\])*"|[\w.-]+/g) ?? [];
  return words.map(unquoted).find((word) => Object.hasOwn(object, word));
}

function unquoted(word: string): string {
  return word.replace(/^"(.*)"$/s, '$1');
}

function without<T>(object: T, key: string): T {
  const entries = Object.entries(object as Readonly<Record<string, unknown>>);
  return Object.fromEntries(entries.filter(([name]) => name !== key)) as T;
}
