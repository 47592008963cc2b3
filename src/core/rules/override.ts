import type { Rule } from './rule.ts';

/** An operator's word decides, until it ends (then merge no longer brings it here). */
export const overrideRule: Rule = (fact) => {
  if (fact.kind !== 'override' || fact.override.licensed === undefined) return undefined;
  const { licensed, reason, until } = fact.override;
  return { licensed, reason: 'override', note: reason, until };
};
