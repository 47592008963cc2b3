const LONGEST = 200;

/**
 * An error that kept a request from being answered, in one short sentence: `connect ECONNREFUSED
 * 127.0.0.1:8081`. Never holds what was sent, so neither a token nor a header's value.
 */
export function describeError(error: unknown): string {
  const reasons = new Set(rootsOf(error).map(toSentence));
  const text = [...reasons].join(' and ').replace(/\s+/g, ' ').trim();
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3)}...`;
}

/** A host with several addresses fails once for each; other errors wrap the one that says something. */
function rootsOf(error: unknown): unknown[] {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.flatMap(rootsOf);
  }
  if (error instanceof Error && error.cause instanceof Error) return rootsOf(error.cause);
  return [error];
}

function toSentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // OpenSSL's own message is a line of numbers and file names; what happened is in `reason`.
  if ('library' in error && 'reason' in error && typeof error.reason === 'string') {
    return `TLS: ${error.reason}`;
  }
  // The file system repeats the path, which the caller names in its own words.
  const message = error.message.replace(/, \w+(?: '.*')?$/, '');
  if (message !== '') return message;
  return 'code' in error ? String(error.code) : error.name;
}
