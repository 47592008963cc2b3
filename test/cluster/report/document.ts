/** Makes docs/keda-behavior.md: prose from the template beside this file, tables from runs. */
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { eventually } from '../eventually.ts';

/** The scenarios that have a table, under the names that the template calls them by. */
export type Section =
  | 'exercise'
  | 'exercise-before'
  | 'push'
  | 'mass'
  | 'interruptions'
  | 'life-cycle'
  | 'triggers'
  | 'hpa'
  | 'cost'
  | 'deadline'
  | 'renewal'
  | 'fast'
  | 'fast-both'
  | 'fast-mass';

const TEMPLATE = new URL('keda-behavior.template.md', import.meta.url);
const DOCUMENT = new URL('../../../docs/keda-behavior.md', import.meta.url);

/** Is there while the document is being written: two scenarios run at a time, each in a process of its own. */
const LOCK = join(tmpdir(), 'license-scaler-keda-behavior.lock');
/** A lock that is older was left by a run that was killed. */
const PATIENCE = 10_000;

/**
 * Writes the document anew, with this table in its section. The other sections keep theirs, with the date
 * that stands under each.
 *
 * @param table Markdown
 */
export async function renewDocument(section: Section, table: string): Promise<void> {
  const locked = async (): Promise<true> => {
    await mkdir(LOCK);
    return true;
  };
  await eventually('the document is free', locked, PATIENCE).catch(() => undefined);
  try {
    await write(section, table);
  } finally {
    await rmdir(LOCK);
  }
}

async function write(section: Section, table: string): Promise<void> {
  const template = await readFile(TEMPLATE, 'utf8');
  const before = await readFile(DOCUMENT, 'utf8').catch(() => '');
  const text = template.replaceAll(/^<!-- figures: ([a-z-]+) -->$/gm, (marker, name: Section) =>
    [
      marker,
      '',
      name === section ? table : formerTable(before, name),
      '',
      `<!-- end: ${name} -->`,
    ].join('\n'),
  );
  await writeFile(DOCUMENT, await format(text, { parser: 'markdown', printWidth: 150 }));
}

function formerTable(document: string, name: Section): string {
  const [, from = ''] = document.split(`<!-- figures: ${name} -->`);
  const [table = ''] = from.split(`<!-- end: ${name} -->`);
  return table.trim() === '' ? '_Not measured yet._' : table.trim();
}
