import { expect } from 'chai';
import { parseImage } from '../../scripts/manifests/image-reference.ts';
import { refuses } from './breaking.ts';

const SERVICE = 'Service license-scaler/license-scaler';
const IMAGE = '/spec/template/spec/containers/0/image';
const OURS = 'Deployment license-scaler/license-scaler';
const TENANT = 'Deployment tenant-a/scaled-service';

describe('labels', () => {
  refuses([
    ...['name', 'instance', 'component'].map((name) => ({
      title: `an object without the label ${name}`,
      of: 'ConfigMap license-scaler/license-scaler-overrides',
      at: `/metadata/labels/app.kubernetes.io~1${name}`,
      says: [`metadata.labels["app.kubernetes.io/${name}"] is missing, add it with a value`],
    })),
    {
      title: 'an object of another whole',
      of: SERVICE,
      at: '/metadata/labels/app.kubernetes.io~1part-of',
      put: 'licence-scaler',
      says: ['is "licence-scaler", allowed is license-scaler'],
    },
    {
      title: 'an object that says nothing of who manages it',
      of: SERVICE,
      at: '/metadata/labels/app.kubernetes.io~1managed-by',
      says: ['is missing, add it with kustomize'],
    },
    {
      title: 'a workload that says nothing of its version',
      of: OURS,
      at: '/metadata/labels/app.kubernetes.io~1version',
      says: ['metadata.labels["app.kubernetes.io/version"] is missing, add it with a value'],
    },
    {
      title: 'pods that say nothing of their version',
      of: TENANT,
      at: '/spec/template/metadata/labels/app.kubernetes.io~1version',
      says: ['spec.template.metadata.labels["app.kubernetes.io/version"] is missing'],
    },
    {
      title: 'a label that the API server does not take',
      of: SERVICE,
      at: '/metadata/labels/app.kubernetes.io~1version',
      put: '-1',
      says: ['is "-1", allowed are 1 to 63 letters'],
    },
  ]);
});

describe('images', () => {
  const digest = `sha256:${'a'.repeat(64)}`;

  it('are taken apart', () => {
    expect(parseImage('a')).to.include({ registry: undefined, name: 'a', tag: undefined });
    expect(parseImage('h:5000/t/a:1')).to.include({ registry: 'h:5000', name: 'a', tag: '1' });
    expect(parseImage(`t/a@${digest}`)).to.include({ registry: undefined, name: 'a', digest });
    expect(parseImage(`g.io/a:1@${digest}`)).to.include({ registry: 'g.io', tag: '1', digest });
  });

  refuses([
    {
      title: 'the tag latest',
      of: TENANT,
      at: IMAGE,
      put: 'nginx:latest',
      says: ['is "nginx:latest": latest is another image tomorrow'],
    },
    {
      title: 'no tag',
      of: TENANT,
      at: IMAGE,
      put: 'localhost:5005/nginx',
      says: ['is "localhost:5005/nginx", which means latest'],
    },
    {
      title: 'a digest that is none',
      of: TENANT,
      at: IMAGE,
      put: 'nginx@sha256:abc',
      says: ['allowed as a digest is sha256: and 64 hexadecimal digits'],
    },
    { title: 'no image', of: TENANT, at: IMAGE, says: ['containers[0].image is missing'] },
    {
      title: 'another version of our own image',
      of: OURS,
      at: IMAGE,
      put: 'license-scaler:0.0.9',
      says: ['allowed is the version of package.json (0.1.0)'],
    },
    {
      title: "a SpinApp's latest",
      of: 'SpinApp tenant-a/spin',
      at: '/spec/image',
      put: 'ghcr.io/spin/app',
      says: ['spec.image is "ghcr.io/spin/app", which means latest'],
    },
  ]);
});

describe('resources', () => {
  refuses([
    {
      title: 'a container that does not say how much memory it needs',
      of: TENANT,
      at: '/spec/template/spec/containers/0/resources/requests/memory',
      says: ['containers[0].resources.requests.memory is missing: add it'],
    },
    {
      title: 'a container that may take all memory',
      of: TENANT,
      at: '/spec/template/spec/containers/0/resources/limits',
      says: ['containers[0].resources.limits.memory is missing: add it'],
    },
    {
      title: 'a container that does not say how much CPU it needs',
      of: OURS,
      at: '/spec/template/spec/containers/0/resources/requests/cpu',
      says: ['containers[0].resources.requests.cpu is missing: add it'],
    },
  ]);
});
