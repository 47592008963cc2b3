import { quote } from '../../../src/core/parsed.ts';
import { checkAdmission } from '../../../src/validation/scaled-object/admission.ts';
import { checkRivals } from '../../../src/validation/scaled-object/rivals.ts';
import { isResourceTrigger } from '../../../src/validation/scaled-object/scaled-object.ts';
import { ofKind } from '../kinds.ts';
import { nameOf, type Manifest } from '../manifest.ts';
import { containersOf } from '../pod-templates.ts';
import { toProblems, type Finding } from '../problem.ts';
import { targetPodsOf, type KedaTrigger, type ScaledObject } from '../scaled-objects.ts';
import type { Rule } from '../scene.ts';

/** Every ScaledObject is one that KEDA admits, by itself and beside what it is rendered with. */
export const checkScaledObjects: Rule = ({ objects }) => {
  const all = ofKind(objects, 'ScaledObject');
  const autoscalers = ofKind(objects, 'HorizontalPodAutoscaler');
  return all.flatMap((scaled) =>
    toProblems(
      scaled,
      ['spec'],
      [
        ...checkAdmission(scaled),
        ...checkResourceTriggers(scaled, objects),
        ...checkRivals(scaled, all, autoscalers),
      ],
    ),
  );
};

function checkResourceTriggers(scaled: ScaledObject, objects: readonly Manifest[]): Finding[] {
  return scaled.spec.triggers.flatMap((trigger, index) =>
    isResourceTrigger(trigger) ? checkRequests(trigger, index, scaled, objects) : [],
  );
}

/** Utilization is a share of what is requested; without a request there is none. */
function checkRequests(
  { type, metadata }: KedaTrigger,
  index: number,
  scaled: ScaledObject,
  objects: readonly Manifest[],
): Finding[] {
  const pods = targetPodsOf(scaled, objects);
  if (pods === undefined) return [];
  const { containerName = '' } = metadata;
  const measured = pods.spec.containers.filter(
    ({ name }) => containerName === '' || name === containerName,
  );
  if (measured.length === 0) {
    const names = containersOf(pods).map(({ container: { name } }) => name);
    const message = `is ${quote(containerName)}, allowed is one of ${names.join(', ')}`;
    return [{ path: ['triggers', index, 'metadata', 'containerName'], message }];
  }
  return measured
    .filter(({ resources }) => resources?.requests?.[type] === undefined)
    .filter(({ resources }) => resources?.limits?.[type] === undefined)
    .map(({ name }) => ({
      path: ['triggers', index, 'type'],
      message: `is ${type}, but the container ${name} of ${nameOf(pods.workload)} requests no ${type}: give resources.requests.${type} there`,
    }));
}
