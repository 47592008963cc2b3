import { quote } from '../../core/parsed.ts';
import { FORMULA_FUNCTIONS, wordsOf } from './formula.ts';
import type { Finding } from '../finding.ts';
import {
  isResourceTrigger,
  scalingModifiersOf,
  type ScaledObject,
  type ScalingModifiers,
} from './scaled-object.ts';

/** What KEDA refuses in `advanced.scalingModifiers`; paths begin at the spec. */
export function checkScalingModifiers(scaled: ScaledObject): Finding[] {
  const modifiers = scalingModifiersOf(scaled);
  if (modifiers === undefined) return [];
  const found = [...checkFormula(modifiers, scaled), ...checkTargets(modifiers)];
  return found.map(({ path, message }) => ({
    path: ['advanced', 'scalingModifiers', ...path],
    message,
  }));
}

function checkFormula({ formula = '' }: ScalingModifiers, { spec }: ScaledObject): Finding[] {
  const path = ['formula'];
  if (formula === '') return [{ path, message: 'is missing: add it' }];
  const { names, functions } = wordsOf(formula);
  const known = spec.triggers
    .filter((trigger) => !isResourceTrigger(trigger))
    .flatMap(({ name = '' }) => (name === '' ? [] : [name]));
  const resources = spec.triggers.filter(isResourceTrigger).map(({ name }) => name);
  const unknown = [...names].filter((name) => !known.includes(name));
  return [
    ...unknown.map((name) => ({ path, message: unknownName(name, known, resources) })),
    ...[...functions]
      .filter((name) => !FORMULA_FUNCTIONS.includes(name))
      .map((name) => ({
        path,
        message: `calls ${quote(name)}, allowed are ${FORMULA_FUNCTIONS.join(', ')}`,
      })),
  ];
}

function unknownName(
  name: string,
  known: readonly string[],
  resources: readonly (string | undefined)[],
): string {
  const allowed = `allowed are the triggers' names ${known.join(', ') || '(none has one)'}`;
  if (!resources.includes(name)) return `has ${quote(name)}, ${allowed}`;
  return `has ${quote(name)}, a cpu or memory trigger, which KEDA has no value of in formulas; ${allowed}`;
}

function checkTargets({ target, activationTarget, metricType }: ScalingModifiers): Finding[] {
  const findings: Finding[] = [];
  if (target === undefined || !(Number(target) > 0)) {
    const message = `is ${quote(target ?? 'not given')}, allowed is a number above 0, as a text`;
    findings.push({ path: ['target'], message });
  }
  if (activationTarget !== undefined && !isNumber(activationTarget)) {
    const message = `is ${quote(activationTarget)}, allowed is a number, as a text`;
    findings.push({ path: ['activationTarget'], message });
  }
  if (metricType === 'Utilization') {
    findings.push({ path: ['metricType'], message: 'is Utilization, allowed is AverageValue' });
  }
  return findings;
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}
