import { expect } from 'chai';
import { toScale } from '../../src/scaling/scale.ts';
import { toScaledObject } from '../../src/scaling/scaled-object.ts';
import { manifest } from './manifests.ts';
import { TARGET } from './builders.ts';

describe('toScaledObject', () => {
  it('reads what decides', () => {
    const body = manifest({
      spec: {
        minReplicaCount: 2,
        maxReplicaCount: 9,
        idleReplicaCount: 0,
        advanced: { scalingModifiers: { formula: 'a', target: '1' } },
      },
      metadata: { annotations: { a: 'b' }, deletionTimestamp: '2026-01-01T00:00:00Z' },
    });
    expect(toScaledObject(body)).to.deep.equal({
      namespace: 'tenant-a',
      name: 'app',
      uid: 'uid-of-app',
      annotations: { a: 'b' },
      isBeingDeleted: true,
      minReplicas: 2,
      maxReplicas: 9,
      idleReplicas: 0,
      triggers: [{ type: 'external-push', metadata: { scalerAddress: 'here:6000' } }],
      formula: 'a',
      target: TARGET,
    });
  });

  it("takes KEDA's defaults for what is not written", () => {
    const body = manifest({ spec: { triggers: [{ type: 'cpu' }] } });
    expect(toScaledObject(body)).to.deep.include({
      annotations: {},
      isBeingDeleted: false,
      minReplicas: 0,
      maxReplicas: 100,
      idleReplicas: undefined,
      triggers: [{ type: 'cpu', metadata: {} }],
      formula: undefined,
    });
  });

  it('takes an empty formula for none', () => {
    const body = manifest({ spec: { advanced: { scalingModifiers: { formula: '' } } } });
    expect(toScaledObject(body).formula).to.equal(undefined);
  });

  const custom = {
    group: 'argoproj.io',
    version: 'v1alpha1',
    kind: 'Rollout',
    resource: 'rollouts',
  };
  const deployment = { group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments' };
  const targets: readonly (readonly [string, object, object | undefined, object | undefined])[] = [
    [
      'a kind that is written',
      { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' },
      custom,
      custom,
    ],
    [
      'a kind of another version',
      { apiVersion: 'apps/v1beta1', kind: 'Deployment' },
      deployment,
      deployment,
    ],
    ['a Deployment by default', {}, deployment, deployment],
    [
      'a Deployment where empty texts are written',
      { apiVersion: '', kind: '' },
      deployment,
      deployment,
    ],
    [
      'a kind of the core group',
      { apiVersion: 'v1', kind: 'ReplicationController' },
      {
        group: '',
        version: 'v1',
        kind: 'ReplicationController',
        resource: 'replicationcontrollers',
      },
      { group: '' },
    ],
    ['nothing that KEDA has not found', {}, undefined, undefined],
    [
      'no kind that was written before',
      { apiVersion: 'apps/v1', kind: 'StatefulSet' },
      deployment,
      undefined,
    ],
    [
      'no group that was written before',
      { apiVersion: 'other/v1', kind: 'Deployment' },
      deployment,
      undefined,
    ],
  ];
  for (const [title, scaleTargetRef, scaleTargetGVKR, expected] of targets) {
    it(`targets ${title}`, () => {
      const body = manifest({
        spec: { scaleTargetRef: { name: 'app', ...scaleTargetRef } },
        status: { scaleTargetGVKR },
      });
      const { target } = toScaledObject(body);
      if (expected === undefined) expect(target).to.equal(undefined);
      else expect(target).to.include({ ...expected, namespace: 'tenant-a', name: 'app' });
    });
  }

  it('says what is missing of what is none', () => {
    expect(() => toScaledObject({ metadata: {}, spec: { triggers: [] } })).to.throw(
      /^the ScaledObject can't be read: metadata\.namespace: .*; spec\.scaleTargetRef: /,
    );
  });
});

describe('toScale', () => {
  it('reads a Scale, of which the API server leaves out a 0', () => {
    const metadata = { resourceVersion: '7' };
    expect(toScale({ metadata, spec: { replicas: 3 } })).to.deep.equal({
      replicas: 3,
      resourceVersion: '7',
    });
    expect(toScale({ metadata, spec: {} }).replicas).to.equal(0);
    expect(toScale({ metadata }).replicas).to.equal(0);
  });

  it('says in one line what is missing of what is none', () => {
    expect(() => toScale({ metadata: {} })).to.throw(
      /^the Scale can't be read: metadata\.resourceVersion: [^\n]*$/,
    );
    expect(() => toScale('<html>')).to.throw(/^the Scale can't be read: [^\n]*$/);
  });
});
