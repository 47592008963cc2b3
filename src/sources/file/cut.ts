/** Why it does not count at once that somebody is missing from a file: goes on after "may be" and "while". */
export const CUT =
  'the end of the file may be missing: it has become shorter and does not end with a line break';
