import { expect } from 'chai';
import { nameOf, toManifest } from '../../scripts/manifests/manifest.ts';
import { problemsOf, refuses, validObjects } from './breaking.ts';

const SCALER = 'license-scaler/license-scaler';
const DASHBOARD = 'ConfigMap license-scaler/license-scaler-dashboard';
const POD = '/spec/template/spec';

describe('selectors', () => {
  it('of one workload leave the pods of another alone', async () => {
    const objects = validObjects();
    const one = objects.find((object) => nameOf(object) === 'Deployment tenant-a/scaled-service');
    const other = toManifest({ ...one, metadata: { ...one?.metadata, name: 'other' } });
    expect(await problemsOf([...objects, other])).to.deep.equal([
      'Deployment tenant-a/scaled-service: spec.selector selects the pods of Deployment tenant-a/other too: add a label to tell them apart',
      'Deployment tenant-a/other: spec.selector selects the pods of Deployment tenant-a/scaled-service too: add a label to tell them apart',
    ]);
  });

  refuses([
    {
      title: 'a Service that selects nothing',
      of: `Service ${SCALER}`,
      at: '/spec/selector/app.kubernetes.io~1name',
      put: 'scaler',
      says: [
        'which selects no pod of its namespace: there are Deployment license-scaler/license-scaler',
      ],
    },
    {
      title: 'a PodDisruptionBudget that selects nothing',
      of: `PodDisruptionBudget ${SCALER}`,
      at: '/spec/selector/matchExpressions',
      put: [{ key: 'app.kubernetes.io/name', operator: 'NotIn', values: ['license-scaler'] }],
      says: ['spec.selector is {'],
    },
    {
      title: 'a NetworkPolicy that selects nothing',
      of: `NetworkPolicy ${SCALER}`,
      at: '/spec/podSelector/matchExpressions',
      put: [{ key: 'tier', operator: 'Exists' }],
      says: ['spec.podSelector is {'],
    },
    {
      title: 'pods of another namespace',
      of: `PodDisruptionBudget ${SCALER}`,
      at: '/metadata/namespace',
      put: 'elsewhere',
      says: ['selects no pod of its namespace: none is rendered'],
    },
    {
      title: 'a Deployment that does not select its own pods',
      of: 'Deployment default/licenses',
      at: '/spec/selector/matchLabels/app.kubernetes.io~1component',
      put: 'service',
      says: ['spec.selector is {'],
    },
    {
      title: 'a Deployment that selects by what changes',
      of: `Deployment ${SCALER}`,
      at: '/spec/selector/matchLabels/app.kubernetes.io~1part-of',
      put: 'license-scaler',
      says: ['spec.selector has "app.kubernetes.io/part-of", allowed are app.kubernetes.io/name'],
    },
    {
      title: 'a spread of other pods',
      of: `Deployment ${SCALER}`,
      at: `${POD}/topologySpreadConstraints/0/labelSelector/matchLabels/app.kubernetes.io~1name`,
      put: 'scaler',
      says: ['labelSelector is {'],
    },
  ]);
});

describe('ports', () => {
  refuses([
    {
      title: 'a Service that forwards to a name that no container has',
      of: `Service ${SCALER}`,
      at: '/spec/ports/0/targetPort',
      put: 'rpc',
      says: [
        'is port "rpc" (TCP), which the container does not have, allowed are grpc (6000), http (8080)',
      ],
    },
    {
      title: 'a Service that forwards to its own port, which no container has',
      of: `Service ${SCALER}`,
      at: '/spec/ports/1/port',
      put: 80,
      says: ['spec.ports[1].targetPort is port 80 (TCP)'],
    },
    {
      title: 'a Service of another protocol',
      of: `Service ${SCALER}`,
      at: '/spec/ports/0/protocol',
      put: 'UDP',
      says: ['is port "grpc" (UDP)'],
    },
    {
      title: 'a NetworkPolicy for a port that no container has',
      of: `NetworkPolicy ${SCALER}`,
      at: '/spec/ingress/0/ports/0/port',
      put: 50051,
      says: ['spec.ingress[0].ports[0].port is port 50051 (TCP)'],
    },
    {
      title: 'a probe of a port that the container does not have',
      of: `Deployment ${SCALER}`,
      at: `${POD}/containers/0/livenessProbe/httpGet/port`,
      put: 'metrics',
      says: ['livenessProbe is port "metrics" (TCP)'],
    },
  ]);
});

describe('monitoring', () => {
  refuses([
    {
      title: 'a ServiceMonitor that selects nothing',
      of: `ServiceMonitor ${SCALER}`,
      at: '/spec/selector/matchLabels/app.kubernetes.io~1name',
      put: 'scaler',
      says: ['which selects no Service that is rendered with it'],
    },
    {
      title: 'a ServiceMonitor of a port that the Service does not have',
      of: `ServiceMonitor ${SCALER}`,
      at: '/spec/endpoints/0/port',
      put: 'metrics',
      says: [
        'spec.endpoints[0].port is "metrics", which is no port of the Services, allowed are grpc, http',
      ],
    },
    {
      title: 'an alert about a metric that the program does not have',
      of: `PrometheusRule ${SCALER}`,
      at: '/spec/groups/0/rules/0/expr',
      put: 'license_scaler_source_up == 0 or license_scaler_sources_up == 0',
      says: [
        'rules[0].expr is about "license_scaler_sources_up", which is no metric of license-scaler',
      ],
    },
    {
      title: 'an alert about a histogram as such',
      of: `PrometheusRule ${SCALER}`,
      at: '/spec/groups/0/rules/0/expr',
      put: 'license_scaler_unary_call_duration_seconds_count + license_scaler_unary_call_duration_seconds',
      says: ['is about "license_scaler_unary_call_duration_seconds", which'],
    },
    {
      title: 'an alert that links to nothing in the runbook',
      of: `PrometheusRule ${SCALER}`,
      at: '/spec/groups/0/rules/0/annotations/runbook_url',
      put: 'https://example.com/docs/runbook.md#something',
      says: ['allowed is a link that ends in /docs/runbook.md#licensescalernoreplicaready'],
    },
    {
      title: 'an alert that the runbook has no section for',
      of: `PrometheusRule ${SCALER}`,
      at: '/spec/groups/0/rules/0',
      put: {
        alert: 'Unheard',
        expr: 'up',
        annotations: { runbook_url: 'https://example.com/docs/runbook.md#unheard' },
      },
      says: ['leads to no section of docs/runbook.md: add "## Unheard" there'],
    },
    {
      title: 'a dashboard that is no JSON',
      of: DASHBOARD,
      at: '/data/license-scaler.json',
      put: '{',
      says: ['data["license-scaler.json"] is no JSON: '],
    },
    {
      title: 'a dashboard of a metric that the program does not have',
      of: DASHBOARD,
      at: '/data/license-scaler.json',
      put: '{"panels":[{"id":1,"targets":[{"expr":"license_scaler_streams"}]}]}',
      says: ['panels[0].targets[0].expr is about "license_scaler_streams", which is no metric'],
    },
    {
      title: 'a dashboard with two panels of one id',
      of: DASHBOARD,
      at: '/data/license-scaler.json',
      put: '{"panels":[{"id":1},{"id":1}]}',
      says: ['panels[1].id is 1 a second time'],
    },
  ]);
});
