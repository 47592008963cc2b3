import { expect } from 'chai';
import { wordsOf } from '../../src/validation/scaled-object/formula.ts';
import { nameOf, toManifest } from '../../scripts/manifests/manifest.ts';
import { problemsOf, refuses, validObjects } from './breaking.ts';

const GATE = 'ScaledObject tenant-a/scaled-service';
const FORMULA = 'ScaledObject tenant-a/consumer';
const MODIFIERS = '/spec/advanced/scalingModifiers';

describe('the words of a formula', () => {
  it('are the names of triggers and the functions that it calls', () => {
    const { names, functions } = wordsOf(
      'let x = a ?? 1e3; /* b */ max(x, c-d) > 0 and "e" in [f.g] ? float (h) : true // i',
    );
    expect([...names]).to.deep.equal(['a', 'c', 'd', 'f', 'h']);
    expect([...functions]).to.deep.equal(['max', 'float']);
  });
});

describe('ScaledObjects that KEDA admits', () => {
  it('may have an idle count of 0 and a minimum of 0, which counts as 1', async () => {
    const objects = validObjects().map((object) => {
      if (nameOf(object) !== FORMULA || !('spec' in object)) return object;
      return toManifest({
        ...object,
        spec: { ...(object.spec as object), idleReplicaCount: 0, minReplicaCount: 0 },
      });
    });
    expect(await problemsOf(objects)).to.deep.equal([]);
  });

  it('have a workload to themselves', async () => {
    const objects = validObjects();
    const gate = objects.find((object) => nameOf(object) === GATE);
    const second = toManifest({ ...gate, metadata: { ...gate?.metadata, name: 'second' } });
    expect(await problemsOf([...objects, second])).to.deep.equal([
      `${GATE}: spec.scaleTargetRef is apps/v1 Deployment scaled-service, which ScaledObject tenant-a/second scales already: leave one of the two`,
      `ScaledObject tenant-a/second: spec.scaleTargetRef is apps/v1 Deployment scaled-service, which ${GATE} scales already: leave one of the two`,
    ]);
  });

  it('leave no workload to an HPA of somebody else', async () => {
    const gate = validObjects().find((object) => nameOf(object) === GATE);
    const hpa = toManifest({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: gate?.metadata,
      spec: {
        maxReplicas: 2,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'scaled-service' },
      },
    });
    const [problem = '', ...others] = await problemsOf([...validObjects(), hpa]);
    expect(problem).to.contain(
      'which HorizontalPodAutoscaler tenant-a/scaled-service scales already',
    );
    expect(others).to.be.empty;
  });

  refuses([
    {
      title: 'an idle count without a minimum, which then counts as 0',
      of: GATE,
      at: '/spec/minReplicaCount',
      says: [
        'spec.idleReplicaCount is 0, allowed is less than minReplicaCount (0 while it is not given)',
      ],
    },
    {
      title: 'a minimum above the maximum',
      of: GATE,
      at: '/spec/minReplicaCount',
      put: 11,
      says: ['spec.minReplicaCount is 11, allowed is maxReplicaCount (10) or less'],
    },
    {
      title: 'a minimum above the default maximum',
      of: FORMULA,
      at: '/spec',
      put: {
        scaleTargetRef: { name: 'x' },
        minReplicaCount: 101,
        triggers: [{ type: 'cron', metadata: {} }],
      },
      says: ['spec.minReplicaCount is 101, allowed is maxReplicaCount (100) or less'],
    },
    {
      title: 'polling without a pause',
      of: GATE,
      at: '/spec/pollingInterval',
      put: 0,
      says: ['spec.pollingInterval is 0, allowed is 1 or more'],
    },
    {
      title: 'a name that makes too long a name of an HPA',
      of: GATE,
      at: '/spec/advanced/horizontalPodAutoscalerConfig/name',
      put: 'x'.repeat(64),
      says: ['which has 64 characters, allowed are 63'],
    },
    {
      title: 'an HPA of two',
      of: GATE,
      at: '/spec/advanced/horizontalPodAutoscalerConfig/name',
      put: 'keda-hpa-consumer',
      says: ['is keda-hpa-consumer, as that of', 'is keda-hpa-consumer, as that of'],
    },
    {
      title: 'no triggers',
      of: FORMULA,
      at: '/spec',
      put: { scaleTargetRef: { name: 'x' }, triggers: [] },
      says: ['spec.triggers is empty'],
    },
    {
      title: 'two triggers of one name',
      of: GATE,
      at: '/spec/triggers/1/name',
      put: 'license',
      says: [`spec.triggers[1].name is "license", as an earlier trigger's is`],
    },
    {
      title: 'a cache for what the HPA measures',
      of: GATE,
      at: '/spec/triggers/1/useCachedMetrics',
      put: true,
      says: ['spec.triggers[1].useCachedMetrics is true, which KEDA refuses for a cpu trigger'],
    },
    {
      title: 'a cpu trigger on what requests no cpu',
      of: 'Deployment tenant-a/scaled-service',
      at: '/spec/template/spec/containers/0/resources/requests/cpu',
      says: [
        'resources.requests.cpu is missing',
        'spec.triggers[1].type is cpu, but the container scaled-service of Deployment tenant-a/scaled-service requests no cpu',
      ],
    },
    {
      title: 'a cpu trigger on a container that is not there',
      of: GATE,
      at: '/spec/triggers/1/metadata/containerName',
      put: 'sidecar',
      says: ['metadata.containerName is "sidecar", allowed is one of scaled-service'],
    },
    {
      title: 'only cpu, to scale to zero',
      of: FORMULA,
      at: '/spec',
      put: { scaleTargetRef: { name: 'x' }, triggers: [{ type: 'cpu', metadata: {} }] },
      says: ['spec.minReplicaCount is 0 where there are only cpu and memory triggers'],
    },
    {
      title: 'a target without a formula',
      of: FORMULA,
      at: `${MODIFIERS}/formula`,
      says: ['scalingModifiers.formula is missing', 'spec.triggers are external, prometheus'],
    },
    {
      title: 'a formula without a target',
      of: FORMULA,
      at: `${MODIFIERS}/target`,
      says: ['scalingModifiers.target is "not given", allowed is a number above 0'],
    },
    {
      title: 'a target of 0',
      of: FORMULA,
      at: `${MODIFIERS}/target`,
      put: '0',
      says: ['scalingModifiers.target is "0", allowed is a number above 0'],
    },
    {
      title: 'an activation target that is no number',
      of: FORMULA,
      at: `${MODIFIERS}/activationTarget`,
      put: 'none',
      says: ['scalingModifiers.activationTarget is "none"'],
    },
    {
      title: 'a name in a formula that no trigger has',
      of: FORMULA,
      at: '/spec/triggers/1/name',
      put: 'messages',
      says: [`formula has "queue", allowed are the triggers' names license, messages`],
    },
    {
      title: 'a name in a formula that has a dash in it',
      of: FORMULA,
      at: `${MODIFIERS}/formula`,
      put: 'license > 0 ? queue-length : 0',
      says: ['formula has "length"'],
    },
    {
      title: 'a cpu trigger in a formula',
      of: FORMULA,
      at: '/spec/triggers/1/type',
      put: 'cpu',
      says: [
        'formula has "queue", a cpu or memory trigger, which KEDA has no value of in formulas',
      ],
    },
    {
      title: 'a function that formulas do not have',
      of: FORMULA,
      at: `${MODIFIERS}/formula`,
      put: 'license > 0 ? sqrt(queue) : 0',
      says: ['formula calls "sqrt", allowed are abs'],
    },
  ]);
});

describe('license gates', () => {
  refuses([
    {
      title: 'a fallback',
      of: GATE,
      at: '/spec/fallback',
      put: { failureThreshold: 3, replicas: 2 },
      says: ['spec.fallback is given: an error of license-scaler means that nothing is known'],
    },
    {
      title: 'a gate that never shuts',
      of: GATE,
      at: '/spec/idleReplicaCount',
      says: [
        'spec.idleReplicaCount is missing: without it KEDA never goes below minReplicaCount (2)',
      ],
    },
    {
      title: 'a gate that stays ajar',
      of: GATE,
      at: '/spec/idleReplicaCount',
      put: 1,
      says: ['spec.idleReplicaCount is 1, which would run without a license'],
    },
    {
      title: 'another way in',
      of: GATE,
      at: '/spec/triggers/1',
      put: { type: 'cron', metadata: {} },
      says: ['spec.triggers are external-push, cron: to KEDA one active trigger is enough'],
    },
    {
      title: 'a formula without the license',
      of: FORMULA,
      at: `${MODIFIERS}/formula`,
      put: 'queue',
      says: ['spec.triggers[0].name is not in the formula, which alone decides'],
    },
    {
      title: 'replicas that are counted for each replica',
      of: GATE,
      at: '/spec/triggers/0/metricType',
      put: 'Value',
      says: ['spec.triggers[0].metricType is Value, allowed is AverageValue'],
    },
  ]);
});

describe('license triggers', () => {
  const METADATA = '/spec/triggers/0/metadata';

  refuses([
    {
      title: 'a key that license-scaler does not know',
      of: GATE,
      at: `${METADATA}/tenant`,
      put: 'a',
      says: [
        'metadata.tenant is not what license-scaler takes: trigger metadata has the key "tenant"',
      ],
    },
    {
      title: 'a value that license-scaler does not take',
      of: FORMULA,
      at: `${METADATA}/replicas`,
      put: '0',
      says: ['trigger metadata replicas is "0", allowed is a whole number'],
    },
    {
      title: 'a value from the environment that license-scaler does not take',
      of: 'Deployment tenant-a/scaled-service',
      at: '/spec/template/spec/containers/0/env/0/value',
      put: 'many',
      says: ['trigger metadata replicasFromEnv is "many"'],
    },
    {
      title: 'a variable that the target does not have',
      of: GATE,
      at: `${METADATA}/replicasFromEnv`,
      put: 'REPLICAS',
      says: [
        'metadata.replicasFromEnv is "REPLICAS", a variable that the container scaled-service',
      ],
    },
    {
      title: 'no address',
      of: GATE,
      at: `${METADATA}/scalerAddress`,
      says: ['metadata.scalerAddress is missing'],
    },
    {
      title: 'an address that is none in the cluster',
      of: GATE,
      at: `${METADATA}/scalerAddress`,
      put: 'license-scaler:6000',
      says: ['is "license-scaler:6000", allowed is SERVICE.NAMESPACE.svc.cluster.local:PORT'],
    },
    {
      title: 'the address of a Service that is not there',
      of: GATE,
      at: `${METADATA}/scalerAddress`,
      put: 'licence-scaler.license-scaler.svc.cluster.local:6000',
      says: [
        `is no gRPC port of license-scaler's Services; they have license-scaler.license-scaler:6000`,
      ],
    },
    {
      title: 'a port that the Service does not have',
      of: GATE,
      at: `${METADATA}/scalerAddress`,
      put: 'license-scaler.license-scaler.svc.cluster.local:8080',
      says: [`is no gRPC port of license-scaler's Services`],
    },
    {
      title: 'certificates where KEDA does not look for them',
      of: GATE,
      at: `${METADATA}/caCert`,
      put: 'ca',
      says: ['metadata.caCert has no effect here: KEDA takes it from a TriggerAuthentication'],
    },
    {
      title: 'TLS that is neither on nor off',
      of: GATE,
      at: `${METADATA}/enableTLS`,
      put: 'yes',
      says: ['metadata.enableTLS is "yes", allowed is "true" or "false"'],
    },
    {
      title: 'a TriggerAuthentication that is not there',
      of: GATE,
      at: '/spec/triggers/0/authenticationRef/name',
      put: 'scaler',
      says: [
        'is TriggerAuthentication "scaler", which is not rendered with it; there are license-scaler',
      ],
    },
    {
      title: 'a TriggerAuthentication of another kind',
      of: GATE,
      at: '/spec/triggers/0/authenticationRef/kind',
      put: 'ClusterTriggerAuthentication',
      says: ['is ClusterTriggerAuthentication "license-scaler", which is not rendered with it'],
    },
    {
      title: 'a parameter that KEDA does not read',
      of: 'TriggerAuthentication tenant-a/license-scaler',
      at: '/spec/secretTargetRef/0/parameter',
      put: 'ca',
      says: ['is license-scaler with the parameter "ca", allowed are caCert'],
    },
    {
      title: 'a certificate without its key',
      of: 'TriggerAuthentication tenant-a/license-scaler',
      at: '/spec/secretTargetRef/2',
      says: ['is license-scaler with one of tlsClientCert and tlsClientKey, allowed are both'],
    },
  ]);
});
