/**
 * Writes what is made from the program itself between markers in documents of the current directory: the
 * configuration's table, from the schema, in docs/configuration.md and README.md; the metrics' table, from
 * the registry, in docs/operations.md. With `--check` it writes nothing and exits with 1 where a table is
 * not as it should be.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { SETTINGS, type Setting } from '../src/config/settings.ts';
import { listMetrics, type MetricEntry } from '../src/observability/metrics-catalog.ts';
import { PREFIX } from '../src/observability/metrics/names.ts';

const COMMAND = 'node --import tsx scripts/generate-docs.ts';

type Row = readonly string[];
type Columns<T> = Readonly<Record<string, (item: T) => string>>;

const WHOLE: Columns<Setting> = {
  key: ({ key }) => code(key),
  'environment variable': ({ variable }) => (variable === undefined ? '–' : code(variable)),
  allowed: ({ allowed }) => allowed,
  default: fallback,
  'what it is for': ({ description }) => description,
};

const SHORT: Columns<Setting> = {
  key: ({ key }) => code(key),
  default: fallback,
  'what it is for': ({ description }) => description,
};

const METRICS: Columns<MetricEntry> = {
  metric: ({ name }) => code(name),
  type: ({ type }) => type,
  labels: ({ labels }) => (labels.length === 0 ? '–' : labels.map(code).join(', ')),
  'what it tells': ({ help }) => help,
};

const isCheck = process.argv.includes('--check');
const settings = SETTINGS.filter(({ kind }) => kind !== 'section');
const metrics = (await listMetrics()).filter(({ name }) => name.startsWith(PREFIX));
const troubles = [
  ...(await renew('docs/configuration.md', 'configuration', toTable(WHOLE, settings))),
  ...(await renew('README.md', 'configuration', toTable(SHORT, settings))),
  ...(await renew('docs/operations.md', 'metrics', toTable(METRICS, metrics))),
];
for (const trouble of troubles) console.error(trouble);
if (isCheck && troubles.length > 0) process.exitCode = 1;

/**
 * @param subject what the markers are called by
 * @returns what there is to say about the file: nothing where all is well
 */
async function renew(path: string, subject: string, content: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return [`${path}: there is no such file`];
  const [beginMark, endMark] = [`<!-- ${subject}:begin -->`, `<!-- ${subject}:end -->`];
  const [begin, end] = [text.indexOf(beginMark), text.indexOf(endMark)];
  if (begin < 0 || end < begin) {
    return [`${path}: the markers ${beginMark} and ${endMark} are missing`];
  }
  const table = await format(content, { parser: 'markdown' });
  const renewed = `${text.slice(0, begin)}${beginMark}\n\n${table}\n${text.slice(end)}`;
  if (renewed === text) return [];
  if (isCheck) return [`${path}: the table of ${subject} is out of date, run: ${COMMAND}`];
  await writeFile(path, renewed);
  return [];
}

function toTable<T>(columns: Columns<T>, items: readonly T[]): string {
  const rows = items.map((item) => Object.values(columns).map((cell) => cell(item)));
  const titles = Object.keys(columns);
  return [titles, titles.map(() => '---'), ...rows].map(toLine).join('\n');
}

function toLine(cells: Row): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function fallback({ isRequired, path, fallback: text }: Setting): string {
  if (isRequired) return `required in ${code(path.slice(0, -1).join('.'))}`;
  return text === undefined ? '–' : code(text);
}

function code(text: string): string {
  return `\`${text}\``;
}
