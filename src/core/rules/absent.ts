import type { Rule } from './rule.ts';

/** A tenant that the source does not know is not licensed. */
export const absentRule: Rule = (fact) => {
  if (fact.kind !== 'absent') return undefined;
  return { licensed: false, reason: 'absent', note: undefined, until: undefined };
};
