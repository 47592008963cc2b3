import { expect } from 'chai';
import { parseCommandLine } from '../../scripts/manifests/command-line.ts';
import { problemsOf, refuses, validObjects } from './breaking.ts';

const SCALER = 'Deployment license-scaler/license-scaler';
const SERVICE = 'Deployment default/licenses';
const CONFIG = 'ConfigMap license-scaler/license-scaler-config-7bkm2h9tc8';
const OVERRIDES = 'ConfigMap license-scaler/license-scaler-overrides';
const POD = '/spec/template/spec';
const CONTAINER = `${POD}/containers/0`;

const LICENSES = 'licenseService: { url: "http://licenses:8080" }';

describe("the program's command line in a manifest", () => {
  it('is read by the program itself', () => {
    expect(parseCommandLine(['serve', '--config=/c.yaml'])).to.deep.equal({
      ok: true,
      value: { command: 'serve', options: { config: '/c.yaml' } },
    });
  });

  refuses([
    {
      title: 'a command that the program does not have',
      of: SCALER,
      at: `${CONTAINER}/args/0`,
      put: 'server',
      says: ['containers[0].args has the command "server", allowed is one of serve'],
    },
    {
      title: 'a command that is not for a cluster',
      of: SCALER,
      at: `${CONTAINER}/args`,
      put: ['demo'],
      says: ['has the command demo, allowed is serve or license-service'],
    },
    {
      title: 'an option that the command does not have',
      of: SCALER,
      at: `${CONTAINER}/args/-`,
      put: '--verbose',
      says: ['has "--verbose", allowed are -c, --config <file>'],
    },
    {
      title: 'an option without its value',
      of: SCALER,
      at: `${CONTAINER}/args/2`,
      says: [`can't be read: error: option '-c, --config <file>' argument missing`],
    },
    {
      title: 'an option that is not understood',
      of: SERVICE,
      at: `${CONTAINER}/args`,
      put: ['license-service', '--file', '/data/tenants.json', '--listen', 'everywhere'],
      says: ["can't be read: error: option '-l, --listen <host:port>' argument 'everywhere'"],
    },
    {
      title: 'another program in its image',
      of: SCALER,
      at: `${CONTAINER}/command`,
      put: ['node'],
      says: ['containers[0].command is given, allowed is none'],
    },
  ]);
});

describe('its container', () => {
  refuses([
    {
      title: 'a root file system that can be written to',
      of: SCALER,
      at: `${CONTAINER}/securityContext/readOnlyRootFilesystem`,
      says: ['securityContext.readOnlyRootFilesystem is not true'],
    },
    {
      title: 'a token of the API',
      of: SCALER,
      at: `${POD}/automountServiceAccountToken`,
      says: ['spec.template.spec.automountServiceAccountToken is not false'],
    },
    {
      title: 'no readiness probe',
      of: SCALER,
      at: `${CONTAINER}/readinessProbe`,
      says: ['containers[0].readinessProbe is missing'],
    },
    {
      title: 'no liveness probe',
      of: SERVICE,
      at: `${CONTAINER}/livenessProbe`,
      says: ['containers[0].livenessProbe is missing'],
    },
    {
      title: 'a restart for what is merely not ready',
      of: SCALER,
      at: `${CONTAINER}/livenessProbe/httpGet/path`,
      put: '/readyz',
      says: ['livenessProbe.httpGet.path is "/readyz", allowed is /livez'],
    },
    {
      title: 'less time to stop than it takes by default',
      of: SCALER,
      at: `${POD}/terminationGracePeriodSeconds`,
      put: 25,
      says: ['terminationGracePeriodSeconds is 25, allowed is more than shutdown.deadline (25s)'],
    },
    {
      title: 'less time to stop than the configuration says',
      of: CONFIG,
      at: '/data/config.yaml',
      put: `${LICENSES}\nshutdown: { deadline: 1m }`,
      says: ['terminationGracePeriodSeconds is 35, allowed is more than shutdown.deadline (1m)'],
    },
    {
      title: 'less time to stop than the environment says',
      of: SCALER,
      at: `${CONTAINER}/env/0`,
      put: { name: 'LICENSE_SCALER_SHUTDOWN_DEADLINE', value: '35s' },
      says: ['terminationGracePeriodSeconds is 35, allowed is more than shutdown.deadline (35s)'],
    },
    {
      title: 'a port that the configuration does not have',
      of: CONFIG,
      at: '/data/config.yaml',
      put: `${LICENSES}\ngrpc: { listen: ":7000" }`,
      says: ['ports are 6000, 8080, but its configuration has grpc.listen on port 7000'],
    },
    {
      title: 'a port that the license service does not listen on',
      of: SERVICE,
      at: `${CONTAINER}/args`,
      put: ['license-service', '--file', '/data/tenants.json', '--listen', ':9090'],
      says: ['ports are [8080], but it listens on port 9090'],
    },
  ]);
});

describe('its configuration', () => {
  refuses([
    {
      title: 'a key that is not known',
      of: CONFIG,
      at: '/data/config.yaml',
      put: `${LICENSES}\nlicenseFiles: {}`,
      says: ['data["config.yaml"] does not load: config.yaml:2: licenseFiles is not known'],
    },
    {
      title: 'a file that is no YAML',
      of: CONFIG,
      at: '/data/config.yaml',
      put: '{',
      says: ['data["config.yaml"] does not load: config.yaml:1:2: the file is no YAML'],
    },
    {
      title: 'a variable that is not understood',
      of: SCALER,
      at: `${CONTAINER}/env/0/value`,
      put: 'loud',
      says: ['containers[0].env does not load: LICENSE_SCALER_LOG_LEVEL: log.level is "loud"'],
    },
    {
      title: 'a variable from a ConfigMap that is not understood',
      of: SCALER,
      at: `${CONTAINER}/envFrom`,
      put: [{ prefix: 'LICENSE_SCALER_', configMapRef: { name: 'license-scaler-overrides' } }],
      says: ['LICENSE_SCALER_overrides.yaml: is no variable of license-scaler'],
    },
    {
      title: 'a key that the ConfigMap does not have',
      of: SCALER,
      at: `${CONTAINER}/args/2`,
      put: '/etc/license-scaler/config/config.yml',
      says: ['--config: would be config.yml of ConfigMap license-scaler/license-scaler-config'],
    },
    {
      title: 'a path that is not mounted',
      of: SCALER,
      at: `${CONTAINER}/args/2`,
      put: '/etc/config.yaml',
      says: [
        '--config: /etc/config.yaml is in no volume; mounted are /etc/license-scaler/config, /etc/license-scaler/overrides',
      ],
    },
    {
      title: 'a path that is not absolute',
      of: SCALER,
      at: `${CONTAINER}/args/2`,
      put: 'config.yaml',
      says: ['--config: is "config.yaml", allowed is an absolute path'],
    },
    {
      title: 'a volume that the pod does not have',
      of: SCALER,
      at: `${CONTAINER}/volumeMounts/0/name`,
      put: 'configuration',
      says: ['is in the volume configuration, which the pod does not have'],
    },
    {
      title: 'a ConfigMap that is not rendered',
      of: SCALER,
      at: `${POD}/volumes/0/configMap/name`,
      put: 'license-scaler-config',
      says: ['comes from the ConfigMap license-scaler-config, which is not rendered'],
    },
    {
      title: 'a key that the volume does not show',
      of: SCALER,
      at: `${POD}/volumes/0/configMap/items`,
      put: [{ key: 'config.yaml', path: 'settings.yaml' }],
      says: ['--config: would be config.yaml of'],
    },
    {
      title: 'a configuration from nowhere that is rendered',
      of: SCALER,
      at: `${POD}/volumes/0`,
      put: { name: 'config', emptyDir: {} },
      says: ['--config: /etc/license-scaler/config/config.yaml is in no rendered ConfigMap'],
    },
  ]);

  it('is in a ConfigMap with a hash, so that a change rolls the pods', async () => {
    const text = JSON.stringify(validObjects()).replaceAll('-7bkm2h9tc8', '');
    const [problem = '', ...others] = await problemsOf(JSON.parse(text) as never);
    expect(problem).to.contain('a ConfigMap without a hash in its name');
    expect(others).to.be.empty;
  });

  it('may come in a projected volume', async () => {
    const text = JSON.stringify(validObjects()).replace(
      '"configMap":{"name":"license-scaler-config-7bkm2h9tc8"}',
      '"projected":{"sources":[{"secret":{"name":"unknown"}},{"configMap":{"name":"license-scaler-config-7bkm2h9tc8","items":[{"key":"config.yaml","path":"config.yaml"}]}}]}',
    );
    expect(text).to.contain('projected');
    expect(await problemsOf(JSON.parse(text) as never)).to.deep.equal([]);
  });
});

describe('the files that it watches', () => {
  refuses([
    {
      title: 'a mount by subPath',
      of: SCALER,
      at: `${CONTAINER}/volumeMounts/1`,
      put: {
        name: 'overrides',
        mountPath: '/etc/license-scaler/overrides/overrides.yaml',
        subPath: 'overrides.yaml',
      },
      says: ['is mounted by subPath, which never changes in a running pod'],
    },
    {
      title: 'a file that is not mounted',
      of: SCALER,
      at: `${CONTAINER}/volumeMounts/1`,
      says: ['volumeMounts do not hold what overridesFile.path names'],
    },
    {
      title: 'a token that is not mounted',
      of: CONFIG,
      at: '/data/config.yaml',
      put: 'licenseService: { url: "http://licenses:8080", bearerTokenFile: /token/token }',
      says: [
        'volumeMounts do not hold what licenseService.bearerTokenFile names: /token/token is in no volume',
      ],
    },
    {
      title: 'overrides that are not understood',
      of: OVERRIDES,
      at: '/data/overrides.yaml',
      put: 'override: {}',
      says: ['data["overrides.yaml"] is not understood: it has the key "override"'],
    },
    {
      title: 'an override that is not understood',
      of: OVERRIDES,
      at: '/data/overrides.yaml',
      put: 'overrides: { tenant-b: { licensed: perhaps } }',
      says: ['data["overrides.yaml"] is not understood: overrides.tenant-b'],
    },
    {
      title: 'a license file that is not understood',
      of: CONFIG,
      at: '/data/config.yaml',
      put: 'licenseFile: { path: /etc/license-scaler/overrides/overrides.yaml }',
      says: ['data["overrides.yaml"] is not understood: it holds'],
    },
    {
      title: 'licenses that the license service does not serve',
      of: 'ConfigMap default/tenants-data',
      at: '/data/tenants.json',
      put: '[{"name":"Tenant A"}]',
      says: ['data["tenants.json"] is not understood: id of tenant 1 of the list'],
    },
    {
      title: 'licenses that license-scaler does not take',
      of: 'ConfigMap default/tenants-data',
      at: '/data/tenants.json',
      put: '[{"id":"a","period_start":"soon"},{"id":"b"}]',
      says: ['data["tenants.json"] is not understood: element 1 of the list'],
    },
    {
      title: 'licenses that are not mounted',
      of: SERVICE,
      at: `${CONTAINER}/volumeMounts/0/mountPath`,
      put: '/licenses',
      says: ['args --file: /data/tenants.json is in no volume; mounted are /licenses'],
    },
  ]);

  it('are in ConfigMaps that keep their names', async () => {
    const text = JSON.stringify(validObjects()).replaceAll('-overrides"', '-overrides-2456789bcd"');
    const [problem = '', ...others] = await problemsOf(JSON.parse(text) as never);
    expect(problem).to.contain('metadata.name has a hash in it');
    expect(others).to.be.empty;
  });
});

describe('TLS', () => {
  const SECURE = `${LICENSES}\ngrpc: { tls: { certFile: /etc/license-scaler/config/tls.crt, keyFile: /etc/license-scaler/config/tls.key } }`;
  const secure = (key: string): string =>
    JSON.stringify(SECURE.replace('tls.key', key)).slice(1, -1);

  /** The valid objects with a configuration for TLS, whose Secret a Certificate makes. */
  function secured(key = 'tls.key', host = 'license-scaler'): never {
    const text = JSON.stringify(validObjects())
      .replace(/("config.yaml":")[^"]*/, `$1${secure(key)}`)
      .replace('"appProtocol":"kubernetes.io/h2c"', '"appProtocol":"https"')
      .replace('"dnsNames":["license-scaler', `"dnsNames":["${host}`)
      .replace(
        '"configMap":{"name":"license-scaler-config-7bkm2h9tc8"}',
        '"projected":{"sources":[{"configMap":{"name":"license-scaler-config-7bkm2h9tc8"}},{"secret":{"name":"license-scaler-tls"}}]}',
      );
    return JSON.parse(text) as never;
  }

  it('works with what cert-manager makes', async () => {
    expect(await problemsOf(secured())).to.deep.equal([]);
  });

  it('needs keys that cert-manager writes', async () => {
    const [problem = '', ...others] = await problemsOf(secured('key.pem'));
    expect(problem).to.contain('do not hold what grpc.tls.keyFile names: would be key.pem of');
    expect(others).to.be.empty;
  });

  it('needs a certificate with the name that KEDA calls', async () => {
    const [problem = '', ...others] = await problemsOf(secured('tls.key', 'scaler'));
    expect(problem).to.contain(
      'spec.dnsNames are scaler.license-scaler.svc.cluster.local, but KEDA calls license-scaler.license-scaler.svc.cluster.local',
    );
    expect(others).to.be.empty;
  });

  refuses([
    {
      title: 'a Service that says TLS in front of plaintext',
      of: 'Service license-scaler/license-scaler',
      at: '/spec/ports/0/appProtocol',
      put: 'https',
      says: ['spec.ports[0].appProtocol is https, but the program speaks plaintext'],
    },
    {
      title: 'a Service that says plaintext in front of TLS',
      of: CONFIG,
      at: '/data/config.yaml',
      put: `${LICENSES}\noverridesFile: { path: /etc/license-scaler/overrides/overrides.yaml }\ngrpc: { tls: { certFile: /etc/license-scaler/overrides/overrides.yaml, keyFile: /etc/license-scaler/overrides/overrides.yaml } }`,
      says: ['spec.ports[0].appProtocol is kubernetes.io/h2c, but the program speaks TLS'],
    },
  ]);
});
