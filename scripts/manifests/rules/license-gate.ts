import { checkLicenseGate } from '../../../src/validation/scaled-object/license-gate.ts';
import { isExternalTrigger } from '../../../src/validation/scaled-object/scaled-object.ts';
import { ofKind } from '../kinds.ts';
import { toProblems } from '../problem.ts';
import type { Rule } from '../scene.ts';

/**
 * No ScaledObject with a license trigger makes a mistake that KEDA admits, but with which a license would not
 * decide what runs. There is no other external scaler in this repository.
 */
export const checkLicenseGates: Rule = ({ objects }) =>
  ofKind(objects, 'ScaledObject')
    .filter(({ spec: { triggers } }) => triggers.some(isExternalTrigger))
    .flatMap((scaled) => toProblems(scaled, ['spec'], checkLicenseGate(scaled, isExternalTrigger)));
