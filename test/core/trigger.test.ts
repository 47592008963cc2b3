import { expect } from 'chai';
import { parseTrigger, type Trigger } from '../../src/core/trigger.ts';

const ALLOWED =
  'tenantId, tenantIdFromEnv, service, serviceFromEnv, replicas, replicasFromEnv, suspend, suspendFromEnv';

function read(metadata: Record<string, string>, namespace = 'tenant-a') {
  return parseTrigger({ name: 'scaled-service', namespace, metadata });
}

describe('parseTrigger', () => {
  const good: readonly (readonly [string, Record<string, string>, Partial<Trigger>])[] = [
    ['the namespace as the tenant', {}, {}],
    ['tenantId', { tenantId: 'tenant-b' }, { tenant: 'tenant-b' }],
    ['tenantIdFromEnv', { tenantIdFromEnv: 'tenant-b' }, { tenant: 'tenant-b' }],
    ['service', { service: 's' }, { service: 's' }],
    ['serviceFromEnv', { serviceFromEnv: 's' }, { service: 's' }],
    ['replicas', { replicas: '4' }, { replicas: 4 }],
    ['replicasFromEnv', { replicasFromEnv: '12' }, { replicas: 12 }],
    ['the most replicas', { replicas: '999999999' }, { replicas: 999999999 }],
    ['suspend: always', { suspend: 'always' }, { suspend: 'always' }],
    ['suspend: always from the environment', { suspendFromEnv: 'always' }, { suspend: 'always' }],
    ['the address of this scaler', { scalerAddress: 'x:6000' }, { address: 'x:6000' }],
    ["KEDA's own keys", { enableTLS: 'true', unsafeSsl: 'false' }, {}],
    [
      "KEDA's keys for TLS",
      { tlsCertFile: 'a', caCert: 'b', tlsClientCert: 'c', tlsClientKey: 'd' },
      {},
    ],
    ["KEDA's own keys from the environment", { scalerAddressFromEnv: 'x:6000' }, {}],
  ];
  for (const [title, metadata, expected] of good) {
    it(`takes ${title}`, () => {
      expect(read(metadata)).to.deep.equal({
        ok: true,
        value: { tenant: 'tenant-a', service: undefined, replicas: undefined, ...expected },
      });
    });
  }

  const bad: readonly (readonly [string, Record<string, string>, string])[] = [
    [
      'a misspelled key',
      { tenantID: 'tenant-b' },
      `trigger metadata has the key "tenantID" (value "tenant-b"), allowed are ${ALLOWED}`,
    ],
    [
      'a bare suffix',
      { FromEnv: 'x' },
      `trigger metadata has the key "FromEnv" (value "x"), allowed are ${ALLOWED}`,
    ],
    [
      'a suffix given twice',
      { serviceFromEnvFromEnv: 'x' },
      `trigger metadata has the key "serviceFromEnvFromEnv" (value "x"), allowed are ${ALLOWED}`,
    ],
    [
      'a key both ways',
      { service: 's', serviceFromEnv: 's' },
      'trigger metadata has both service and serviceFromEnv, allowed is one of them',
    ],
    [
      'a tenant both ways',
      { tenantId: 'a', tenantIdFromEnv: '' },
      'trigger metadata has both tenantId and tenantIdFromEnv, allowed is one of them',
    ],
    [
      'an empty tenant',
      { tenantId: '' },
      'trigger metadata tenantId is empty: leave it out or give a value',
    ],
    [
      'an empty service from the environment',
      { serviceFromEnv: '' },
      'trigger metadata serviceFromEnv is empty: leave it out or give a value',
    ],
    [
      'empty replicas',
      { replicas: '' },
      'trigger metadata replicas is empty: leave it out or give a value',
    ],
    ['a tenant that is no name', { tenantId: '..' }, 'trigger metadata tenantId is "..", which is'],
    [
      'a tenant from the environment that is no name',
      { tenantIdFromEnv: 'a\tb' },
      'trigger metadata tenantIdFromEnv is "a\\tb", with U+0009 as character 2, allowed are characters that can be seen',
    ],
    ...['never', 'Always', 'true', '0'].map(
      (text) =>
        [
          `suspend: ${text}`,
          { suspend: text },
          `trigger metadata suspend is "${text}", allowed is always, or to leave it out`,
        ] as const,
    ),
    [
      'an empty suspend',
      { suspend: '' },
      'trigger metadata suspend is empty: leave it out or give a value',
    ],
    ...['0', '-1', '1.5', '01', '+1', ' 1', '1e3', 'two', '1000000000'].map(
      (text) =>
        [
          `${text} replicas`,
          { replicas: text },
          `trigger metadata replicas is "${text}", allowed is a whole number from 1 to 999999999`,
        ] as const,
    ),
  ];
  for (const [title, metadata, problem] of bad) {
    it(`refuses ${title}`, () => {
      const result = read(metadata);
      expect(!result.ok && result.problem.slice(0, problem.length)).to.equal(problem);
    });
  }

  it('refuses a ScaledObject without a namespace, unless it names the tenant', () => {
    expect(read({}, '')).to.deep.equal({
      ok: false,
      problem: 'namespace is empty, allowed are 1 to 253 characters',
    });
    expect(read({ tenantId: 'tenant-b' }, '').ok).to.equal(true);
  });

  it('refuses one without a key that is required, and takes the key in either form', () => {
    const of = (metadata: Record<string, string>) =>
      parseTrigger({ name: 'x', namespace: 'tenant-a', metadata }, ['tenantId', 'service']);
    const missing = of({ tenantIdFromEnv: 'tenant-b' });
    expect(!missing.ok && missing.problem).to.match(
      /^trigger metadata has no service, which tenants.require .* demands: give it; of serviceFromEnv KEDA sends nothing where/,
    );
    expect(of({ service: 's' }).ok).to.equal(false);
    expect(of({ tenantIdFromEnv: 'tenant-b', service: 's' }).ok).to.equal(true);
  });
});
