/** The words that a formula of `scalingModifiers` is made of. */
export interface FormulaWords {
  /** Names of metrics, which are names of triggers. */
  readonly names: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
}

/** The functions of expr-lang that give or take numbers, in every KEDA that has formulas. */
export const FORMULA_FUNCTIONS: readonly string[] = [
  ...['abs', 'ceil', 'floor', 'round', 'int', 'float', 'min', 'max', 'sum', 'mean', 'median'],
  ...['count', 'all', 'any', 'none', 'one', 'filter', 'map', 'len', 'first', 'last'],
];

const KEYWORDS = new Set(
  'true false nil and or not in let if else matches contains startsWith endsWith'.split(' '),
);

const TOKEN =
  /(?<skip>\/\/.*|\/\*[^]*?\*\/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\d[\w.]*|\.\s*[A-Za-z_]\w*)|(?<word>[A-Za-z_$][\w$]*)(?<call>\s*\()?/g;

/**
 * Finds the words in a formula. It is not compiled: what the words are is checked, not how they are put
 * together. As in expr-lang a dash is a minus, so that a trigger called `a-b` is `a` less `b`.
 */
export function wordsOf(formula: string): FormulaWords {
  const declared = new Set([...formula.matchAll(/\blet\s+([A-Za-z_$][\w$]*)/g)].map(([, x]) => x));
  const names = new Set<string>();
  const functions = new Set<string>();
  for (const { groups } of formula.matchAll(TOKEN)) {
    const { word, call } = groups ?? {};
    if (word === undefined || KEYWORDS.has(word) || declared.has(word)) continue;
    if (call === undefined) names.add(word);
    else functions.add(word);
  }
  return { names, functions };
}
