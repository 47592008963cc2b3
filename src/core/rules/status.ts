import { takesAway } from '../license.ts';
import type { Rule } from './rule.ts';

/** A status can only take away; one that says nothing against the license leaves it to its period. */
export const statusRule: Rule = (fact) => {
  if (fact.kind !== 'license') return undefined;
  const { status } = fact.license;
  if (status === undefined || !takesAway(status)) return undefined;
  return { licensed: false, reason: 'status', note: status, until: undefined };
};
