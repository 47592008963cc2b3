import { formatInstant } from '../time.ts';
import type { Rule } from './rule.ts';

/** A license is valid while `start <= now < end`. */
export const periodRule: Rule = (fact, now) => {
  if (fact.kind !== 'license') return undefined;
  const { start, end } = fact.license;
  if (end !== undefined && end <= now) {
    return { licensed: false, reason: 'ended', note: formatInstant(end), until: undefined };
  }
  if (start !== undefined && start > now) {
    return { licensed: false, reason: 'not-begun', note: undefined, until: start };
  }
  return { licensed: true, reason: 'valid', note: undefined, until: end };
};
