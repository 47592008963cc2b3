import { expect } from 'chai';
import { checkShape } from '../../scripts/manifests/kinds.ts';
import { toManifest } from '../../scripts/manifests/manifest.ts';
import { formatProblem } from '../../scripts/manifests/problem.ts';
import { problemsOf, refuses, validObjects } from './breaking.ts';

const DEPLOYMENT = 'Deployment license-scaler/license-scaler';
const CONTAINER = '/spec/template/spec/containers/0';
const SCALED = 'ScaledObject tenant-a/scaled-service';

describe('checking manifests', () => {
  it('finds nothing wrong with what is in order', async () => {
    expect(await problemsOf(validObjects())).to.deep.equal([]);
  });

  it('takes a field that is null for one that is not given', async () => {
    const [first = {}, ...rest] = validObjects();
    const problems = await problemsOf([toManifest({ ...first, spec: null }), ...rest]);
    expect(problems).to.deep.equal([]);
  });
});

describe('the shape of objects', () => {
  it('lets maps have the keys that they like', () => {
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'm', labels: { a: 'b' } },
    };
    expect(checkShape({ ...map, data: { any: 'thing', 'at.all': '' } } as typeof map)).to.be.empty;
  });

  it('says what is known where a field is not', () => {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b' },
    };
    const problems = checkShape({ ...budget, spec: { minAvailble: 1 } } as typeof budget);
    expect(problems.map((problem) => formatProblem(problem))).to.deep.equal([
      'PodDisruptionBudget b: spec.minAvailble is no field of its schema; known here are maxUnavailable, minAvailable, selector, unhealthyPodEvictionPolicy: correct the name or take it out',
    ]);
  });

  refuses([
    {
      title: 'an object of a kind that is not known',
      of: DEPLOYMENT,
      at: '/kind',
      put: 'Deploymnt',
      says: ['kind is no kind that can be checked (apps/v1/Deploymnt)'],
    },
    {
      title: 'a kind of an API version that is gone',
      of: 'PodDisruptionBudget license-scaler/license-scaler',
      at: '/apiVersion',
      put: 'policy/v1beta1',
      says: ['is no kind that can be checked (policy/v1beta1/PodDisruptionBudget)'],
    },
    {
      title: 'an unknown field at the top',
      of: DEPLOYMENT,
      at: '/specs',
      put: {},
      says: ['specs is no field of its schema; known here are apiVersion, kind, metadata, spec'],
    },
    {
      title: 'an unknown field of the metadata',
      of: DEPLOYMENT,
      at: '/metadata/label',
      put: {},
      says: ['metadata.label is no field'],
    },
    {
      title: 'an unknown field deep down',
      of: DEPLOYMENT,
      at: `${CONTAINER}/readinessProbe/httpGet/prot`,
      put: 'http',
      says: [
        'containers[0].readinessProbe.httpGet.prot is no field of its schema; known here are host, httpHeaders, path, port, scheme',
      ],
    },
    {
      title: 'a missing field',
      of: DEPLOYMENT,
      at: `${CONTAINER}/name`,
      says: ['spec.template.spec.containers[0].name is missing: add it'],
    },
    {
      title: 'a field of the wrong type',
      of: DEPLOYMENT,
      at: '/spec/replicas',
      put: 'two',
      says: ['spec.replicas is "two", must be integer'],
    },
    {
      title: 'a field of none of several types',
      of: DEPLOYMENT,
      at: `${CONTAINER}/livenessProbe/httpGet/port`,
      put: true,
      says: ['livenessProbe.httpGet.port is true, must be string or must be integer'],
    },
    {
      title: 'a value that is not in an enumeration',
      of: DEPLOYMENT,
      at: `${CONTAINER}/imagePullPolicy`,
      put: 'Sometimes',
      says: ['imagePullPolicy is "Sometimes", allowed is one of Always, IfNotPresent, Never'],
    },
    {
      title: 'a quantity that is none',
      of: DEPLOYMENT,
      at: `${CONTAINER}/resources/requests/cpu`,
      put: 'fast',
      says: ['resources.requests.cpu is "fast"'],
    },
    {
      title: 'an unknown field of a ScaledObject',
      of: SCALED,
      at: '/spec/minReplicas',
      put: 2,
      says: ['spec.minReplicas is no field of its schema; known here are advanced, cooldownPeriod'],
    },
    {
      title: 'an unknown field of a trigger',
      of: SCALED,
      at: '/spec/triggers/0/metricTyp',
      put: 'Value',
      says: ['spec.triggers[0].metricTyp is no field'],
    },
    {
      title: 'trigger metadata that is no text',
      of: SCALED,
      at: '/spec/triggers/1/metadata/value',
      put: 60,
      says: ['spec.triggers[1].metadata.value is 60, must be string'],
    },
    {
      title: 'an unknown field of scalingModifiers, which the model does not have',
      of: 'ScaledObject tenant-a/consumer',
      at: '/spec/advanced/scalingModifiers/formular',
      put: 'license',
      says: [
        'scalingModifiers.formular is no field of its schema; known here are activationTarget',
      ],
    },
    {
      title: 'a wrong type in a field that the model does not have',
      of: 'ScaledObject tenant-a/consumer',
      at: '/spec/initialCooldownPeriod',
      put: '30s',
      says: ['spec.initialCooldownPeriod is "30s", expected number'],
    },
    {
      title: 'an unknown field of a TriggerAuthentication',
      of: 'TriggerAuthentication tenant-a/license-scaler',
      at: '/spec/secretTargetRef/0/keys',
      put: 'ca.crt',
      says: ['spec.secretTargetRef[0].keys is no field'],
    },
    {
      title: 'an unknown field of a Service',
      of: 'Service license-scaler/license-scaler',
      at: '/spec/ports/0/tragetPort',
      put: 6000,
      says: ['spec.ports[0].tragetPort is no field'],
    },
    {
      title: 'an unknown field of a NetworkPolicy',
      of: 'NetworkPolicy license-scaler/license-scaler',
      at: '/spec/egres',
      put: [],
      says: ['spec.egres is no field'],
    },
    {
      title: 'an unknown field of a ServiceMonitor',
      of: 'ServiceMonitor license-scaler/license-scaler',
      at: '/spec/endpoints/0/intervall',
      put: '30s',
      says: ['spec.endpoints[0].intervall is no field of its schema; known here are honorLabels'],
    },
    {
      title: 'a duration of a PrometheusRule that is none',
      of: 'PrometheusRule license-scaler/license-scaler',
      at: '/spec/groups/0/rules/0/for',
      put: '5 minutes',
      says: ['spec.groups[0].rules[0].for is "5 minutes", must be a duration'],
    },
    {
      title: 'a missing field of a Certificate',
      of: 'Certificate license-scaler/license-scaler',
      at: '/spec/secretName',
      says: ['spec.secretName is missing: add it'],
    },
    {
      title: 'an unknown field of an Issuer',
      of: 'Issuer license-scaler/license-scaler',
      at: '/spec/selfsigned',
      put: {},
      says: ['spec.selfsigned is no field of its schema; known here are ca, selfSigned'],
    },
    {
      title: 'an unknown field of a ServiceAccount',
      of: 'ServiceAccount license-scaler/license-scaler',
      at: '/automountToken',
      put: false,
      says: ['automountToken is no field of its schema; known here are apiVersion, automount'],
    },
    {
      title: 'a field of a ServiceAccount that is of the wrong type',
      of: 'ServiceAccount license-scaler/license-scaler',
      at: '/automountServiceAccountToken',
      put: 'no',
      says: ['automountServiceAccountToken is "no", must be boolean'],
    },
    {
      title: 'an unknown field of a ClusterTriggerAuthentication',
      of: 'ClusterTriggerAuthentication shared',
      at: '/spec/secretTargetRefs',
      put: [],
      says: ['spec.secretTargetRefs is no field of its schema; known here are'],
    },
    {
      title: 'a missing field of a ClusterTriggerAuthentication',
      of: 'ClusterTriggerAuthentication shared',
      at: '/spec/secretTargetRef/0/key',
      says: ['spec.secretTargetRef[0].key is missing: add it'],
    },
    {
      title: 'an unknown field of a SpinAppExecutor',
      of: 'SpinAppExecutor tenant-a/containerd-shim-spin',
      at: '/spec/deploymentConfig/runtimeClass',
      put: 'spin',
      says: ['spec.deploymentConfig.runtimeClass is no field of its schema; known here are caCert'],
    },
    {
      title: 'a missing field of a SpinAppExecutor',
      of: 'SpinAppExecutor tenant-a/containerd-shim-spin',
      at: '/spec/createDeployment',
      says: ['spec.createDeployment is missing: add it'],
    },
    {
      title: 'replicas of a SpinApp that is autoscaled',
      of: 'SpinApp tenant-a/spin',
      at: '/spec/replicas',
      put: 2,
      says: ['spec.replicas is 2, can not be given where enableAutoscaling is true'],
    },
  ]);
});
