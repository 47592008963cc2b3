const HIDDEN = '***';

/** What gives a secret away, and what stays of it. None of them reaches over a quote or a backslash. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  // A JSON Web Token.
  [/\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?/g, HIDDEN],
  // User and password of a URL.
  [/:\/\/[^\s/@"\\]+@/g, `://${HIDDEN}@`],
  [/((?:token|password|secret|api[-_]?key)=)[^\s&"\\]+/gi, `$1${HIDDEN}`],
  [/((?:token|password|secret|authorization|api[-_]?key)":")(?:[^"\\]|\\.)*"/gi, `$1${HIDDEN}"`],
];

/**
 * The one rule about secrets in the log: what looks like a token or a password is replaced by `***`,
 * wherever in a line it stands. No secret is logged on purpose; this is for what others put into their
 * errors. Tenants' ids are no secrets and stay.
 *
 * @param line a finished line, in JSON or for people; stays valid JSON where it was
 */
export function redact(line: string): string {
  return SECRETS.reduce((text, [pattern, left]) => text.replace(pattern, left), line);
}
