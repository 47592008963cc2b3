/** What went wrong, without the path, which whoever reports it names: `ENOENT: no such file or directory`. */
export function describeSystemError(error: unknown): string {
  return String(error instanceof Error ? error.message : error).replace(/, \w+( '.*')?$/s, '');
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
