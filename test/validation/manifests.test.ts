import { expect } from 'chai';
import { said, tells } from './stage.ts';

const ADDRESS = 'license-scaler.license-scaler.svc.cluster.local:6000';

const scaled = (name: string, spec: object, more: object = {}): string =>
  JSON.stringify({
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name, namespace: 'tenant-a' },
    spec: {
      scaleTargetRef: { name },
      idleReplicaCount: 0,
      minReplicaCount: 1,
      triggers: [{ type: 'external-push', metadata: { scalerAddress: ADDRESS } }],
      ...spec,
    },
    ...more,
  });

const configMap = (data: string): string => `apiVersion: v1
kind: ConfigMap
metadata: { name: files, namespace: default }
data:
${data}`;

describe('validating manifests', () => {
  it('says whose gates there are, of five tenants, and counts the rest', () => {
    const namespaces = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const gates = namespaces.map((namespace) =>
      scaled('s', {}, { metadata: { name: 's', namespace } }),
    );
    const text = [...gates, 'apiVersion: v1\nkind: Service\n', '# nothing'].join('\n---\n');
    expect(said({ stdin: text })).to.deep.equal([
      'stdin: 7 ScaledObjects, 7 license gates of a, b, c, d, e and 2 more; 1 object of other kinds passed over',
    ]);
  });

  it('names no tenant that is known in the cluster only', () => {
    const fromEnv = { scalerAddress: ADDRESS, tenantIdFromEnv: 'T', replicasFromEnv: 'R' };
    const triggers = [{ type: 'external-push', metadata: fromEnv }];
    const alike = { scalerAddress: ADDRESS, replicasFromEnv: 'R' };
    const known = scaled('c', { triggers: [{ type: 'external-push', metadata: alike }] });
    const nowhere = scaled('b', {}, { metadata: { name: 'b' } });
    const lines = said({ f: `${scaled('a', { triggers })}\n---\n${nowhere}\n---\n${known}` });
    expect(
      lines.filter((line) =>
        /tenantIdFromEnv is left out .* the namespace is the tenant/.test(line),
      ),
    ).to.have.length(1);
    expect(
      lines.filter((line) => /replicasFromEnv is left out .* default number/.test(line)),
    ).to.have.length(2);
    expect(lines.slice(3)).to.deep.equal([
      'f: 3 ScaledObjects, 3 license gates of tenant-a; 0 objects of other kinds passed over',
    ]);
  });

  tells([
    {
      title: 'a port that license-scaler is not served on',
      text: scaled('a', {
        triggers: [{ type: 'external-push', metadata: { scalerAddress: ADDRESS.slice(0, -1) } }],
      }),
      says: [
        'but license-scaler is served on port 6000 unless its Service was changed: is 600 meant?',
        '1 license gate',
      ],
    },
    {
      title: 'a port that is none',
      text: scaled('a', {
        triggers: [{ type: 'external-push', metadata: { scalerAddress: `${ADDRESS}0` } }],
      }),
      says: [':60000", but', '1 license gate'],
    },
    {
      title: 'a port above the highest',
      text: scaled('a', {
        triggers: [{ type: 'external-push', metadata: { scalerAddress: 'a.b:66000' } }],
      }),
      says: ['scalerAddress is "a.b:66000", allowed is HOST:PORT'],
    },
    {
      title: 'a ScaledJob that asks license-scaler, and of no other',
      text: ['external-push', 'cron']
        .map((type) => scaled('a', { triggers: [{ type, metadata: { scalerAddress: ADDRESS } }] }))
        .map((text) => text.replace('ScaledObject', 'ScaledJob'))
        .join('\n---\n'),
      says: [
        'warning ScaledJob tenant-a/a: spec.triggers[0] asks license-scaler',
        'no ScaledObject',
      ],
    },
    {
      title: 'what else is wrong beside a document that is no YAML',
      text: `${scaled('a', { cooldownPeriod: 5 })}\n---\na: [\n---\n${scaled('b', { fallback: {} })}`,
      says: [
        'spec.cooldownPeriod is 5, better is more',
        'file.yaml:4:1: error: is no YAML',
        'spec.fallback is given',
      ],
    },
    {
      title: 'a ConfigMap that the API server refuses for its size, whoever it is of',
      text: JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'big' },
        data: { a: 'x'.repeat(1_048_000) },
        binaryData: { b: Buffer.alloc(577).toString('base64') },
      }),
      says: ['ConfigMap big: holds 1,048,577 bytes, allowed are 1,048,576 (1 MiB)'],
    },
    {
      title: 'nothing of a ConfigMap that just fits',
      text: JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'big' },
        data: { a: 'x'.repeat(1_048_576) },
      }),
      says: ['no ScaledObject'],
    },
    {
      title: 'what else is wrong beside a wrong shape',
      text: scaled('a', {
        pollingInterval: '30',
        cooldownPeriod: 5,
        triggers: [{ type: 'external-push', metadata: { scalerAddress: 'x', replicas: 0 } }],
      }),
      says: [
        'metadata.scalerAddress is "x"',
        'metadata.replicas is 0, allowed is a text: put it in quotes',
        'spec.pollingInterval is "30", allowed is a whole number',
        'spec.cooldownPeriod is 5, better is more',
      ],
    },
  ]);

  it('takes a List, as kubectl prints it, and a field that is null', () => {
    const items = [JSON.parse(scaled('a', { fallback: null })), { apiVersion: 'v1', kind: 'Pod' }];
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    expect(said({ f: text })).to.deep.equal([
      'f: 1 ScaledObject, 1 license gate of tenant-a; 1 object of other kinds passed over',
    ]);
  });

  it('leaves triggers of other external scalers alone, unless told otherwise', () => {
    const triggers = [{ type: 'external', metadata: { scalerAddress: 'x.y:1', queue: 'q' } }];
    const text = scaled('a', { triggers, fallback: { failureThreshold: 1, replicas: 1 } });
    expect(said({ f: text })).to.deep.equal([
      'f: 1 ScaledObject, 0 license gates, 1 trigger of other external scalers; 0 objects of other kinds passed over',
    ]);
    const lines = said({ f: text }, 'scaledobjects').join('\n');
    expect(lines).to.contain('has the key "queue"').and.to.contain('spec.fallback is given');
  });

  it('does not warn of polling where a formula joins the license with a load', () => {
    const triggers = [
      { type: 'external', name: 'license', metadata: { scalerAddress: ADDRESS } },
      { type: 'prometheus', name: 'load', metadata: {} },
    ];
    const scalingModifiers = { formula: 'license > 0 ? load : 0', target: '1' };
    expect(said({ f: scaled('a', { triggers, advanced: { scalingModifiers } }) })).to.have.length(
      1,
    );
  });

  tells([
    {
      title: 'a document among manifests that is none',
      text: `${scaled('a', {})}\n---\n- id: a\n`,
      says: ['file.yaml:3:3: error: the document is [{"id":"a"}], allowed beside manifests'],
    },
    {
      title: 'what is missing or of another type, and nothing else',
      text: `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: a }
spec:
  minReplicaCount: two
  cooldownPeriod: 0
  triggers:
    - type: external-push
      metadata:
        replicas: 2
    - type: cpu
      metadata: []
`,
      says: [
        'file.yaml:4:1: error ScaledObject a: spec.scaleTargetRef is missing: add it',
        'file.yaml:5:3: error ScaledObject a: spec.minReplicaCount is "two", allowed is a whole number',
        'file.yaml:10:9: error ScaledObject a: spec.triggers[0].metadata.replicas is 2, allowed is a text: put it in quotes',
        'file.yaml:12:7: error ScaledObject a: spec.triggers[1].metadata is [], allowed is an object',
      ],
    },
    {
      title: 'an API version that is none',
      text: scaled('a', {}, { apiVersion: 'keda.k8s.io/v1' }),
      says: ['apiVersion is "keda.k8s.io/v1", allowed is keda.sh/v1alpha1'],
    },
    {
      title: 'two that scale the same workload',
      text: `${scaled('a', {})}\n---\n${scaled('b', { scaleTargetRef: { name: 'a' } })}`,
      says: [
        'ScaledObject tenant-a/a: spec.scaleTargetRef is apps/v1 Deployment a, which ScaledObject tenant-a/b scales already',
        'file.yaml:3:112: error ScaledObject tenant-a/b: spec.scaleTargetRef is',
      ],
    },
    {
      title: 'what KEDA refuses',
      text: scaled('a', { minReplicaCount: 11, maxReplicaCount: 10 }),
      says: [
        'error ScaledObject tenant-a/a: spec.minReplicaCount is 11, allowed is maxReplicaCount',
      ],
    },
    {
      title: 'a gate that never shuts',
      text: scaled('a', { idleReplicaCount: undefined }),
      says: ['error ScaledObject tenant-a/a: spec.idleReplicaCount is missing'],
    },
    {
      title: 'everything in the metadata that license-scaler does not take',
      text: `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: a, namespace: tenant-a }
spec:
  scaleTargetRef: { name: a }
  triggers:
    - type: external-push
      metadata:
        scalerAddress: license-scaler
        tenant: b
        replicas: '0'
        badFromEnv: B
        enableTLS: 'on'
`,
      says: [
        'file.yaml:9:9: error ScaledObject tenant-a/a: spec.triggers[0].metadata.scalerAddress is "license-scaler", allowed is HOST:PORT',
        'file.yaml:10:9: error ScaledObject tenant-a/a: spec.triggers[0].metadata.tenant is not what license-scaler takes: trigger metadata has the key "tenant"',
        'file.yaml:11:9: error ScaledObject tenant-a/a: spec.triggers[0].metadata.replicas is not what',
        'file.yaml:12:9: error ScaledObject tenant-a/a: spec.triggers[0].metadata.badFromEnv is not what',
        'file.yaml:13:9: error ScaledObject tenant-a/a: spec.triggers[0].metadata.enableTLS is "on"',
      ],
    },
    {
      title: 'that there is no address',
      text: scaled('a', { triggers: [{ type: 'external-push', metadata: {} }] }),
      says: ['spec.triggers[0].metadata.scalerAddress is missing: add it'],
    },
  ]);
});

const warned = (what: string, spec: object, ...parts: string[]) => ({
  title: what,
  text: scaled('a', spec),
  says: [...parts.map((part) => `warning ScaledObject tenant-a/a: ${part}`), ': 1 ScaledObject,'],
});

const push = (metadata: object, more: object = {}) => ({
  triggers: [{ type: 'external-push', metadata: { scalerAddress: ADDRESS, ...metadata }, ...more }],
});

describe('what is no error but better otherwise', () => {
  tells([
    warned(
      'a fallback',
      { fallback: { failureThreshold: 3, replicas: 2 } },
      'spec.fallback is given',
    ),
    warned(
      'a license that is polled',
      push({}, { type: 'external' }),
      'spec.triggers[0].type is external, better is external-push',
    ),
    warned(
      'no cooldown',
      { cooldownPeriod: 0 },
      'spec.cooldownPeriod is 0, better is more than pollingInterval (30)',
    ),
    warned(
      'a cooldown that is as long as the interval',
      { cooldownPeriod: 300, pollingInterval: 300 },
      'spec.cooldownPeriod is 300, better is more than pollingInterval (300)',
    ),
    warned(
      'an interval of a few seconds',
      { pollingInterval: 9 },
      'spec.pollingInterval is 9, better is 10 or more',
    ),
    warned(
      'an address without a namespace',
      push({ scalerAddress: 'license-scaler:6000' }),
      'spec.triggers[0].metadata.scalerAddress is "license-scaler:6000", which KEDA looks for in its own namespace',
    ),
    warned(
      'a certificate in the metadata',
      push({ caCert: 'x' }),
      'spec.triggers[0].metadata.caCert has no effect here',
    ),
    warned(
      'fewer replicas than the least',
      { ...push({ replicas: '1' }), minReplicaCount: 2 },
      'spec.triggers[0].metadata.replicas is 1, but KEDA starts no less than minReplicaCount (2)',
    ),
  ]);

  tells([
    {
      title: 'more replicas than the most, which is an error',
      text: scaled('a', { ...push({ replicas: '5' }), maxReplicaCount: 4 }),
      says: [
        'error ScaledObject tenant-a/a: spec.triggers[0].metadata.replicas is 5, but KEDA starts no more than maxReplicaCount (4)',
      ],
    },
  ]);
});

describe('validating ConfigMaps', () => {
  it('says what the files in them mean, and passes over those of others', () => {
    const text = configMap(`  tenants.json: '[{ "id": "a", "services": [] }]'
  overrides.yaml: "overrides: {}"
  config.yaml: 'licenseFile: { path: /l }'
  dashboards.yaml: '[{ id: 1 }]'
  prometheus.yaml: 'replicas: 2'
  script.sh: 'a: [ b'
  empty.yaml: ''
`);
    expect(said({ f: `${text}---\n${configMap('  other: x\n')}` })).to.deep.equal([
      'f: no ScaledObject; 1 object of other kinds passed over',
      'f: ConfigMap default/files, tenants.json: license file, 1 tenant: 1 licensed, 0 unlicensed now',
      'f: ConfigMap default/files, overrides.yaml: overrides file, 0 tenants',
      'f: ConfigMap default/files, config.yaml: configuration, good as it is',
    ]);
  });

  tells([
    {
      title: 'the line in the manifest where the text is a block, otherwise that of the key',
      text: configMap(`  tenants.json: |-
    [
      { "id": "a", "period_end": "soon" }
    ]
  overrides.yaml: 'overrides: { a: { licensed: maybe } }'
`),
      says: [
        'file.yaml:7:21: error ConfigMap default/files, tenants.json: a: period_end is "soon"',
        'file.yaml:9:3: error ConfigMap default/files, overrides.yaml: a: licensed is "maybe"',
      ],
    },
    {
      title: 'a slip in a file that is known by its name alone',
      text: configMap(`  overrides.yaml: |
    overrides:
      a: [
  licenses.yaml: |
    [ id: a
`),
      says: [
        'error ConfigMap default/files, overrides.yaml: ',
        'error ConfigMap default/files, licenses.yaml: ',
      ],
    },
  ]);
});
