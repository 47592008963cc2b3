import type { Rule } from './rule.ts';

/** A status can only take away; one that says nothing against the license leaves it to its period. */
export const statusRule: Rule = (fact) => {
  if (fact.kind !== 'license' || !fact.license.takenAway) return undefined;
  return { licensed: false, reason: 'status', note: fact.license.status, until: undefined };
};
