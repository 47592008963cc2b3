/** What was measured, and the table of it. */

/** A figure of the scaler, the bare server's, and what is promised. */
export interface Row {
  readonly what: string;
  readonly scaler: string;
  readonly bare: string;
  readonly measured: number;
  readonly limit: string;
  readonly isKept: boolean;
}

/** Two times in ms, of which the first is not to be above so many times the second. */
export function row(what: string, ours: number, theirs: number, limit: number | undefined): Row {
  const ratio = ours / theirs;
  return {
    what,
    scaler: ours.toFixed(2),
    bare: theirs.toFixed(2),
    measured: ratio,
    limit: limit === undefined ? '' : `<= ${limit}x`,
    isKept: limit === undefined || ratio <= limit,
  };
}

/** The value that so great a share of them is not above. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Prints the table on standard output. */
export function print(table: readonly Row[]): void {
  const cells = table.map(({ what, scaler: ours, bare: theirs, measured, limit, isKept }) => [
    what,
    ours,
    theirs,
    limit.endsWith('x') || limit === '' ? `${measured.toFixed(2)}x` : '',
    limit,
    isKept ? 'kept' : 'NOT KEPT',
  ]);
  const lines = [['', 'license-scaler', 'bare grpc-js', 'ratio', 'limit', ''], ...cells];
  const widths = lines[0]?.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  for (const line of lines) {
    const text = line.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join('  ');
    process.stdout.write(`${text.trimEnd()}\n`);
  }
}
