/** The register of rules, in the order in which they are asked: the first that has something to say decides. */
import type { Fact } from '../observation.ts';
import type { Instant } from '../time.ts';
import { absentRule } from './absent.ts';
import { overrideRule } from './override.ts';
import { periodRule } from './period.ts';
import type { Rule, Ruling } from './rule.ts';
import { statusRule } from './status.ts';

const RULES: readonly Rule[] = [overrideRule, absentRule, statusRule, periodRule];

/** Applies the rules to a fact; undefined where none has anything to say. */
export function rule(fact: Fact, now: Instant): Ruling | undefined {
  for (const candidate of RULES) {
    const ruling = candidate(fact, now);
    if (ruling !== undefined) return ruling;
  }
  return undefined;
}
