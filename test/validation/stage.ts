import { expect } from 'chai';
import { paletteFor } from '../../src/cli/palette.ts';
import { describeValidation } from '../../src/cli/validation-report.ts';
import type { ContentKind } from '../../src/validation/content-kind.ts';
import { validateFiles } from '../../src/validation/validate-files.ts';

/** When all of these tests take place. */
const NOW = Date.parse('2026-11-22T00:00:00Z');

/** What is said of files, by their names, a line each. */
export function said(files: Readonly<Record<string, string | Buffer>>, as?: ContentKind): string[] {
  const given = Object.entries(files).map(([name, text]) => ({
    name,
    bytes: Buffer.from(text as string),
  }));
  const text = describeValidation(validateFiles(given, as, NOW), paletteFor({}));
  return text.split('\n').slice(0, -1);
}

/** A file that is wrong and what is said of it. */
export interface Row {
  readonly title: string;
  readonly text: string;
  readonly name?: string;
  readonly as?: ContentKind;
  /** What each of the lines contains, in order; which begin with `file:line:column: `. */
  readonly says: readonly string[];
}

/** A test for each row. */
export function tells(rows: readonly Row[]): void {
  for (const { title, text, name = 'file.yaml', as, says } of rows) {
    it(`tells ${title}`, () => {
      const lines = said({ [name]: text }, as);
      expect(lines, lines.join('\n')).to.have.length(says.length);
      says.forEach((part, index) => {
        expect(lines[index]).to.contain(part);
      });
    });
  }
}
