import { expect } from 'chai';
import { problemsOf, refuses, validObjects } from './breaking.ts';

const SCALER = 'Deployment license-scaler/license-scaler';
const POD = '/spec/template/spec';
const SOURCES = `${POD}/volumes/2/projected/sources`;
const ROLE = 'Role tenant-a/license-scaler';
const CLUSTER_ROLE = 'ClusterRole license-scaler';
const BINDING = 'RoleBinding tenant-a/license-scaler';
const POLICY = 'NetworkPolicy license-scaler/license-scaler';
const CLUSTER_BINDING = 'ClusterRoleBinding license-scaler';

describe('the way to the Kubernetes API', () => {
  refuses([
    {
      title: 'a token, and rights, where nothing is scaled from here',
      of: SCALER,
      at: `${POD}/containers/0/env/1/value`,
      put: 'poll',
      says: [
        'volumes[2].projected.sources[0].serviceAccountToken is a token of the Kubernetes API, but by its configuration',
        'ClusterRoleBinding license-scaler: subjects[0] is the one of Deployment license-scaler/license-scaler, which',
        'RoleBinding tenant-a/license-scaler: subjects[0] is the one of Deployment',
      ],
    },
    {
      title: 'a token for a program that has a kubeconfig',
      of: SCALER,
      at: `${POD}/containers/0/env/-`,
      put: { name: 'LICENSE_SCALER_KUBERNETES_KUBECONFIG', value: '/etc/license-scaler/config/k' },
      says: ['is a token of the Kubernetes API', 'subjects[0]', 'subjects[0]'],
    },
    {
      title: 'scaling without a token',
      of: SCALER,
      at: `${SOURCES}/0`,
      says: [
        'containers[0].volumeMounts do not hold what it needs to scale by itself (suspension.mode, reinstatement): ',
      ],
    },
    {
      title: 'a token that no client finds',
      of: SCALER,
      at: `${POD}/containers/0/volumeMounts/2/mountPath`,
      put: '/var/run/secrets/token',
      says: ['serviceaccount/token is in no volume', 'ca.crt is in no', 'namespace is in no'],
    },
    {
      title: 'an authority that Kubernetes does not bring',
      of: SCALER,
      at: `${SOURCES}/1/configMap/name`,
      put: 'kube-root-ca',
      says: ['comes from the ConfigMap kube-root-ca, which is not rendered'],
    },
    {
      title: 'a key that the authority does not have',
      of: SCALER,
      at: `${SOURCES}/1/configMap/items/0/key`,
      put: 'tls.crt',
      says: ['comes from the ConfigMap kube-root-ca.crt, which is not rendered'],
    },
    {
      title: 'a token that lives for long',
      of: SCALER,
      at: `${SOURCES}/0/serviceAccountToken/expirationSeconds`,
      put: 86_400,
      says: ['serviceAccountToken.expirationSeconds is 86400, allowed is 3600 or less'],
    },
    {
      title: 'a NetworkPolicy that keeps it in',
      of: POLICY,
      at: '/spec/egress/1',
      says: [`${POLICY}: spec.egress lets nothing out to the Kubernetes API`],
    },
    {
      title: 'a NetworkPolicy that lets it out to pods only',
      of: POLICY,
      at: '/spec/egress/1/to',
      put: [{ namespaceSelector: {} }],
      says: [`${POLICY}: spec.egress lets nothing out to the Kubernetes API`],
    },
    {
      title: 'a NetworkPolicy that lets it out by another protocol',
      of: POLICY,
      at: '/spec/egress/1/ports/0/protocol',
      put: 'UDP',
      says: [`${POLICY}: spec.egress lets nothing out to the Kubernetes API`],
    },
  ]);

  it('is open where targets are only scaled up', async () => {
    const text = JSON.stringify(validObjects()).replace(
      '"LICENSE_SCALER_SUSPENSION_MODE","value":"scale"',
      '"LICENSE_SCALER_REINSTATEMENT","value":"push+scale"',
    );
    expect(text).to.contain('REINSTATEMENT');
    expect(await problemsOf(JSON.parse(text) as never)).to.deep.equal([]);
  });
});

describe('rights', () => {
  refuses([
    {
      title: 'a resource that there is no need for',
      of: ROLE,
      at: '/rules/0/resources/-',
      put: 'scaledjobs',
      says: [
        'rules[0].resources has "scaledjobs" of "keda.sh", allowed are scaledobjects of keda.sh',
      ],
    },
    {
      title: 'a kind itself beside its scale',
      of: CLUSTER_ROLE,
      at: '/rules/1/resources/0',
      put: 'deployments',
      says: ['rules[1].resources has "deployments" of "apps", allowed are'],
    },
    {
      title: 'the scale of every kind',
      of: CLUSTER_ROLE,
      at: '/rules/1/resources/0',
      put: '*/scale',
      says: ['has "*/scale" of "apps"'],
    },
    {
      title: 'the scale of a kind of every group',
      of: CLUSTER_ROLE,
      at: '/rules/2/apiGroups/0',
      put: '*',
      says: ['has "rollouts/scale" of "*"'],
    },
    {
      title: 'events of the core group, which are others',
      of: ROLE,
      at: '/rules/3/apiGroups/0',
      put: '',
      says: ['has "events" of ""'],
    },
    {
      title: 'every verb',
      of: ROLE,
      at: '/rules/0/verbs/0',
      put: '*',
      says: ['rules[0].verbs are * for scaledobjects, allowed and needed are get'],
    },
    {
      title: 'a verb too many',
      of: CLUSTER_ROLE,
      at: '/rules/3/verbs/-',
      put: 'list',
      says: ['rules[3].verbs are create, list for events, allowed and needed are create'],
    },
    {
      title: 'a verb too few',
      of: CLUSTER_ROLE,
      at: '/rules/2/verbs/1',
      says: ['rules[2].verbs are patch for rollouts/scale, allowed and needed are get, patch'],
    },
    {
      title: 'what is no resource',
      of: CLUSTER_ROLE,
      at: '/rules/-',
      put: { nonResourceURLs: ['/metrics'], verbs: ['get'] },
      says: ['rules[4].nonResourceURLs is given, allowed is none'],
    },
    {
      title: 'a role that is not there',
      of: CLUSTER_BINDING,
      at: '/roleRef/name',
      put: 'cluster-admin',
      says: ['roleRef is ClusterRole "cluster-admin", which is not rendered with it; there are'],
    },
    {
      title: 'a role of another namespace',
      of: ROLE,
      at: '/metadata/namespace',
      put: 'tenant-b',
      says: ['roleRef is Role "license-scaler", which is not rendered with it; there are none'],
    },
    {
      title: 'rights for everybody',
      of: CLUSTER_BINDING,
      at: '/subjects/-',
      put: { kind: 'Group', name: 'system:authenticated' },
      says: ['subjects[1] is Group /system:authenticated, allowed is a ServiceAccount with its'],
    },
    {
      title: 'rights for an account that is not there',
      of: BINDING,
      at: '/subjects/0/namespace',
      put: 'tenant-a',
      says: ['subjects[0] is ServiceAccount tenant-a/license-scaler, which is not rendered with'],
    },
    {
      title: 'an unknown field of a rule',
      of: CLUSTER_ROLE,
      at: '/rules/0/resource',
      put: 'scaledobjects',
      says: ['rules[0].resource is no field of its schema'],
    },
    {
      title: 'a missing field of a binding',
      of: CLUSTER_BINDING,
      at: '/roleRef/kind',
      says: ['roleRef.kind is missing: add it'],
    },
  ]);
});
