import { quote } from '../../../src/core/parsed.ts';
import { ofKind, type ManifestOf } from '../kinds.ts';
import { namespaceOf, type Manifest } from '../manifest.ts';
import { toProblems, type Finding } from '../problem.ts';
import { isExternalTrigger } from '../../../src/validation/scaled-object/scaled-object.ts';
import type { KedaTrigger, ScaledObject } from '../scaled-objects.ts';
import type { Rule } from '../scene.ts';

type Authentication =
  ManifestOf<'TriggerAuthentication'> | ManifestOf<'ClusterTriggerAuthentication'>;

/** What a trigger authenticates itself with is there and, for license-scaler, is a client certificate. */
export const checkTriggerAuthentications: Rule = ({ objects }) =>
  ofKind(objects, 'ScaledObject').flatMap((scaled) =>
    scaled.spec.triggers.flatMap((trigger, index) =>
      toProblems(
        scaled,
        ['spec', 'triggers', index, 'authenticationRef'],
        checkReference(trigger, scaled, objects),
      ),
    ),
  );

function checkReference(
  trigger: KedaTrigger,
  scaled: ScaledObject,
  objects: readonly Manifest[],
): Finding[] {
  const { authenticationRef: reference } = trigger;
  if (reference === undefined) return [];
  const { kind = 'TriggerAuthentication', name } = reference;
  const candidates: readonly Authentication[] =
    kind === 'ClusterTriggerAuthentication'
      ? ofKind(objects, 'ClusterTriggerAuthentication')
      : ofKind(objects, 'TriggerAuthentication').filter(
          (candidate) => namespaceOf(candidate) === namespaceOf(scaled),
        );
  const found = candidates.find(({ metadata }) => metadata.name === name);
  if (found !== undefined) return isExternalTrigger(trigger) ? checkParameters(found) : [];
  const names = candidates.map(({ metadata }) => metadata.name).join(', ') || 'none';
  const message = `is ${kind} ${quote(name)}, which is not rendered with it; there are ${names}`;
  return [{ path: [], message }];
}

const PARAMETERS = ['caCert', 'tlsClientCert', 'tlsClientKey'];

/** KEDA's external scaler reads these; it drops all others without a word. */
function checkParameters({ spec, metadata: { name } }: Authentication): Finding[] {
  const given = (spec.secretTargetRef ?? []).map(({ parameter }) => parameter);
  const unknown = given
    .filter((parameter) => !PARAMETERS.includes(parameter))
    .map((parameter) => ({
      path: [],
      message: `is ${name} with the parameter ${quote(parameter)}, allowed are ${PARAMETERS.join(', ')}`,
    }));
  if (given.includes('tlsClientCert') === given.includes('tlsClientKey')) return unknown;
  const message = `is ${name} with one of tlsClientCert and tlsClientKey, allowed are both or none`;
  return [...unknown, { path: [], message }];
}
