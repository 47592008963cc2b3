import { stat } from 'node:fs/promises';
import { firstValueFrom } from 'rxjs';
import { messageOf } from '../core/operator-error.ts';
import { unparsed, type Parsed } from '../core/parsed.ts';
import { readFile, type FileReading } from '../files/read-file.ts';
import { parseRecords, type Records } from './parse-records.ts';

/** Short, for whoever asks waits for it. */
const SETTLING = { settle: 400, patience: 5 };

/** The file with the license records. */
export interface TenantsFile {
  /**
   * The records as of now; where the file is missing or broken, those that were read from it last.
   * Undefined: it was never any good. The same object for as long as the file does not change.
   */
  read(): Promise<Records | undefined>;
}

/** @param onProblem told of every problem that keeps the file from being read, once */
export function createTenantsFile(
  path: string,
  onProblem: (problem: string) => void = () => undefined,
): TenantsFile {
  let records: Records | undefined;
  let stamp: string | undefined;
  let told: string | undefined;
  let refreshing: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    const now = await stampOf(path);
    if (now === stamp) return;
    const reading = await firstValueFrom(readFile(path, SETTLING));
    // The stamp from before reading: a file that is replaced in between is read once more.
    stamp = reading.kind === 'content' ? now : undefined;
    const content = toRecords(reading);
    if (content.ok) records = content.value;
    const problem = content.ok ? undefined : `${path}: ${content.problem}`;
    if (problem !== undefined && problem !== told) onProblem(problem);
    told = problem;
  }

  return {
    async read() {
      // Requests that come together wait for the same look at the file.
      refreshing ??= refresh().finally(() => {
        refreshing = undefined;
      });
      await refreshing;
      return records;
    },
  };
}

function toRecords(reading: FileReading): Parsed<Records> {
  if (reading.kind === 'content') return parseRecords(reading.bytes);
  return unparsed(`can't be read: ${reading.reason}`);
}

/** Differs whenever the file was replaced, written to, came or went. */
async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, ctimeMs, ino, size } = await stat(path);
    return [mtimeMs, ctimeMs, ino, size].join(' ');
  } catch (error) {
    return messageOf(error);
  }
}
