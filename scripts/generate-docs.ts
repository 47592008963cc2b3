/**
 * Writes the configuration's table, made from the schema, between the markers in docs/configuration.md
 * and README.md of the current directory. With `--check` it writes nothing and exits with 1 where a
 * table is not as it should be.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { SETTINGS, type Setting } from '../src/config/settings.ts';

const BEGIN = '<!-- configuration:begin -->';
const END = '<!-- configuration:end -->';
const COMMAND = 'node --import tsx scripts/generate-docs.ts';

type Row = readonly string[];
type Columns = Readonly<Record<string, (setting: Setting) => string>>;

const WHOLE: Columns = {
  key: ({ key }) => code(key),
  'environment variable': ({ variable }) => (variable === undefined ? '–' : code(variable)),
  allowed: ({ allowed }) => allowed,
  default: fallback,
  'what it is for': ({ description }) => description,
};

const SHORT: Columns = {
  key: ({ key }) => code(key),
  default: fallback,
  'what it is for': ({ description }) => description,
};

const isCheck = process.argv.includes('--check');
const troubles = [
  ...(await renew('docs/configuration.md', WHOLE)),
  ...(await renew('README.md', SHORT)),
];
for (const trouble of troubles) console.error(trouble);
if (isCheck && troubles.length > 0) process.exitCode = 1;

/** @returns what there is to say about the file: nothing where all is well */
async function renew(path: string, columns: Columns): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return [`${path}: there is no such file`];
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) return [`${path}: the markers ${BEGIN} and ${END} are missing`];
  const table = await format(toTable(columns), { parser: 'markdown' });
  const renewed = `${text.slice(0, begin)}${BEGIN}\n\n${table}\n${text.slice(end)}`;
  if (renewed === text) return [];
  if (isCheck) return [`${path}: the configuration's table is out of date, run: ${COMMAND}`];
  await writeFile(path, renewed);
  return [];
}

function toTable(columns: Columns): string {
  const rows = SETTINGS.filter(({ kind }) => kind !== 'section').map((setting) =>
    Object.values(columns).map((cell) => cell(setting)),
  );
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
